# Makes the nightly task in Windows Task Scheduler, with the full path of the environment's own Python.
#   powershell -ExecutionPolicy Bypass -File scripts\nightly\install-task.ps1 -Folder "C:\Users\me\Network"
# Every book of the trustbook.toml in that folder is synced; with -Books delft,leiden only those. With -Letters
# each colleague is mailed the letter of the week, in its first night.
param(
    [Parameter(Mandatory = $true)][string]$Folder,
    [string[]]$Books = @(),
    [switch]$Letters,
    [string]$Name = "trustbook nightly sync"
)
$ErrorActionPreference = "Stop"
$root = (Resolve-Path (Join-Path $PSScriptRoot "..\..")).Path
# pythonw opens no window over somebody's work.
$python = Join-Path $root ".venv\Scripts\pythonw.exe"
$script = Join-Path $PSScriptRoot "nightly.py"
if (-not (Test-Path $python)) { throw "There is no environment yet. Run first: py scripts\demo.py" }
if (-not (Test-Path $Folder -PathType Container)) { throw "The folder $Folder does not exist." }

function ConvertTo-XmlText([string]$text) { [System.Security.SecurityElement]::Escape($text) }

$task = Get-Content (Join-Path $PSScriptRoot "trustbook-task.xml") -Raw -Encoding UTF8
$task = $task.Replace('<?xml version="1.0" encoding="UTF-8"?>', '')
$task = $task.Replace(">PYTHON<", ">" + (ConvertTo-XmlText $python) + "<")
$task = $task.Replace('"SCRIPT"', '"' + (ConvertTo-XmlText $script) + '"')
# powershell -File hands several books over as one text.
$named = @($Books | ForEach-Object { $_ -split "," } | Where-Object { $_ } | ForEach-Object { '"' + $_ + '"' }) -join " "
if ($Letters) { $named = ("--letters " + $named).Trim() }
$task = $task.Replace(" BOOKS<", $(if ($named) { " " + (ConvertTo-XmlText $named) } else { "" }) + "<")
$task = $task.Replace('"FOLDER"', '"' + (ConvertTo-XmlText $Folder) + '"')
$task = $task.Replace(">FOLDER<", ">" + (ConvertTo-XmlText $Folder) + "<")
Register-ScheduledTask -TaskName $Name -Xml $task -Force | Out-Null
Write-Output "Done: '$Name' runs every night at 3 o'clock. Its log: $Folder\trustbook.run.log"
