<#
The quarterly overview, made by itself on the first working day after a quarter.

    .\overview.ps1 -Book C:\Network\network.xlsx -Folder C:\Network\Overviews [-Edition public] [-Format html]

It runs in Folder, with the environment's own Python. Book is a full path, a link, or a name of the trustbook.toml that
stands in Folder; of several, parted by commas, each has a folder of its own in Folder. With -Schedule it makes a task
that runs every working day at 7:30. The task works once a quarter, and catches up when the computer was off that day.
#>
param(
    [Parameter(Mandatory = $true)] [string[]] $Book,
    [Parameter(Mandatory = $true)] [string] $Folder,
    [ValidateSet("public", "steering", "team")] [string] $Edition = "public",
    [ValidateSet("html", "docx", "pdf", "md")] [string] $Format = "html",
    [switch] $Schedule
)
$ErrorActionPreference = "Stop"
# A task hands several books over as one text.
$books = @($Book | ForEach-Object { $_ -split "," } | Where-Object { $_ })
$root = (Resolve-Path (Join-Path $PSScriptRoot "..")).Path
$python = Join-Path $root ".venv\Scripts\python.exe"
if (-not (Test-Path $python)) { throw "There is no environment yet. Run first: py scripts\demo.py" }
New-Item -ItemType Directory -Force -Path $Folder | Out-Null
if ($Schedule) {
    $named = $books -join ","
    $command = "-NoProfile -ExecutionPolicy Bypass -File `"$PSCommandPath`" -Book `"$named`" -Folder `"$Folder`" -Edition $Edition -Format $Format"
    $action = New-ScheduledTaskAction -Execute "powershell.exe" -Argument $command
    $days = "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"
    $trigger = New-ScheduledTaskTrigger -Weekly -DaysOfWeek $days -At 7:30
    $settings = New-ScheduledTaskSettingsSet -StartWhenAvailable
    Register-ScheduledTask -TaskName "trustbook overview" -Action $action -Trigger $trigger -Settings $settings -Force | Out-Null
    exit 0
}
Set-Location $Folder
$worst = 0
foreach ($one in $books) {
    $place = "."
    if ($books.Count -gt 1) {
        $place = [System.IO.Path]::GetFileNameWithoutExtension($one)
        New-Item -ItemType Directory -Force -Path $place | Out-Null
    }
    & $python -m trustbook overview $one --if-due --quiet --edition $Edition --format $Format --output $place
    if ($LASTEXITCODE -ne 0) { $worst = $LASTEXITCODE }
}
exit $worst
