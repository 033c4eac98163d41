#!/bin/sh
# The quarterly overview, made by itself on the first working day after a quarter.
#
#     scripts/overview.sh [-e EDITION] [-f FORMAT] FOLDER BOOK [BOOK ...]      EDITION public, FORMAT html if left out
#
# It runs in FOLDER, with the environment's own Python: BOOK is a full path, a link, or a name of the trustbook.toml
# that stands in FOLDER. Of several books each has a folder of its own in FOLDER. Run it every morning; it works once
# a quarter, and catches up when the machine was off that day. With cron:
#
#     30 7 * * 1-5  /path/to/scripts/overview.sh /path/to/overviews /path/to/network.xlsx
set -eu
edition=public form=html
while getopts e:f: option; do
    case "$option" in
        e) edition=$OPTARG ;;
        f) form=$OPTARG ;;
        *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
if [ "$#" -lt 2 ]; then
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
python=${TRUSTBOOK_PYTHON:-$root/.venv/bin/python}
folder=$1
shift
mkdir -p "$folder"
cd "$folder"
worst=0
for book in "$@"; do
    place=.
    if [ "$#" -gt 1 ]; then
        place=$(basename -- "$book" .xlsx)
        mkdir -p "$place"
    fi
    "$python" -m trustbook overview "$book" --if-due --quiet --edition "$edition" --format "$form" --output "$place" ||
        worst=$?
done
exit "$worst"
