@echo off
rem `rollbook` in a terminal: the installed program, as a window or, with a command, as a command line.
rem Rollbook.exe is a program with windows, which a prompt does not wait for. A batch file does, and has its exit code; the
rem program writes to this console, or to wherever its output is sent. It reads no standard input.
"%~dp0..\Rollbook.exe" --log-level=3 %*
exit /b %ERRORLEVEL%
