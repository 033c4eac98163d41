<#
The quarterly overview, made by itself on the first working day after a quarter.

    .\overview.ps1 -Book C:\Network\network.xlsx -Folder C:\Network\Overviews [-Edition public] [-Format html]

With -Schedule it makes a task that runs every working day at 7:30. The task works once a quarter, and catches up when
the computer was off that day.
#>
param(
    [Parameter(Mandatory = $true)] [string] $Book,
    [Parameter(Mandatory = $true)] [string] $Folder,
    [ValidateSet("public", "steering", "team")] [string] $Edition = "public",
    [ValidateSet("html", "docx", "pdf", "md")] [string] $Format = "html",
    [switch] $Schedule
)
$ErrorActionPreference = "Stop"
if ($Schedule) {
    $command = "-NoProfile -ExecutionPolicy Bypass -File `"$PSCommandPath`" -Book `"$Book`" -Folder `"$Folder`" -Edition $Edition -Format $Format"
    $action = New-ScheduledTaskAction -Execute "powershell.exe" -Argument $command
    $days = "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"
    $trigger = New-ScheduledTaskTrigger -Weekly -DaysOfWeek $days -At 7:30
    $settings = New-ScheduledTaskSettingsSet -StartWhenAvailable
    Register-ScheduledTask -TaskName "trustbook overview" -Action $action -Trigger $trigger -Settings $settings -Force | Out-Null
    exit 0
}
New-Item -ItemType Directory -Force -Path $Folder | Out-Null
& trustbook overview $Book --if-due --quiet --edition $Edition --format $Format --output $Folder
exit $LASTEXITCODE
