# Makes the nightly task in Windows Task Scheduler, with the full path of the environment's own Python.
#   powershell -ExecutionPolicy Bypass -File scripts\nightly\install-task.ps1 -Folder "C:\Users\me\Network"
param(
    [Parameter(Mandatory = $true)][string]$Folder,
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
$task = $task.Replace('"FOLDER"', '"' + (ConvertTo-XmlText $Folder) + '"')
$task = $task.Replace(">FOLDER<", ">" + (ConvertTo-XmlText $Folder) + "<")
Register-ScheduledTask -TaskName $Name -Xml $task -Force | Out-Null
Write-Output "Done: '$Name' runs every night at 3 o'clock. Its log: $Folder\trustbook.run.log"
