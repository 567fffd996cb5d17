"""What was noticed while the file was read: rows kept aside, names made up, dates read two ways."""

from core.checks import Check

check = Check(code="reading", severity="info", run=lambda subject: subject.reading)
