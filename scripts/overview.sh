#!/bin/sh
# The quarterly overview, made by itself on the first working day after a quarter.
#
#     scripts/overview.sh BOOK FOLDER [EDITION] [FORMAT]        EDITION public, FORMAT html if left out
#
# Run it every morning; it works once a quarter, and catches up when the machine was off that day. With cron:
#
#     30 7 * * 1-5  /path/to/scripts/overview.sh /path/to/network.xlsx /path/to/overviews
set -eu
if [ "$#" -lt 2 ]; then
    sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
mkdir -p "$2"
exec trustbook overview "$1" --if-due --quiet --edition "${3:-public}" --format "${4:-html}" --output "$2"
