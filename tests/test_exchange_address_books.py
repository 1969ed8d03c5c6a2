"""Address books: Google's and Outlook's tables, and vCards."""

import csv
import io

import pytest

from infoint.errors import Problem
from infoint.exchange.recognise import read
from infoint.exchange.records import Record

GOOGLE_OLD = (
    "Name,Given Name,Additional Name,Family Name,Yomi Name,Birthday,Notes,Group Membership,E-mail 1 - Type,"
    "E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value,Organization 1 - Type,Organization 1 - Name,"
    "Organization 1 - Title,Website 1 - Value"
)
GOOGLE_NEW = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Nickname,Organization Name,"
    "Organization Title,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value"
)
CLASSIC = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Categories,"
    "E-mail Address,E-mail Type,E-mail 2 Address,Notes,Web Page"
)
ONLINE = "First Name,Middle Name,Last Name,Title,Suffix,Nickname,E-mail Address,Company,Job Title,Notes"


def table(header, *rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, next(csv.reader([header])), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def taken(tmp_path, data, name="contacts.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    reading = read(path)
    items = list(reading.items)
    people = [item.person for item in items if isinstance(item, Record)]
    return reading, people, [item for item in items if isinstance(item, Problem)]


def test_googles_old_table(tmp_path):
    row = {
        "Name": "Dana M Ruiz",
        "Given Name": "Dana",
        "Family Name": "Ruiz",
        "Birthday": "--05-17",
        "Notes": "met at the fair,\nstand 4",
        "Group Membership": "* myContacts ::: Work",
        "E-mail 1 - Type": "* Home",
        "E-mail 1 - Value": "Dana@example.com ::: dana@example.org",
        "E-mail 2 - Value": "ruiz@example.net",
        "Organization 1 - Name": "Orbit",
        "Organization 1 - Title": "Engineer",
    }
    reading, (dana,), problems = taken(tmp_path, table(GOOGLE_OLD, row).encode())
    assert reading.format == "Google contacts"
    assert (dana.name, dana.email, dana.company, dana.role) == ("Dana M Ruiz", "dana@example.com", "Orbit", "Engineer")
    assert dana.tags == ("Work",)
    assert (
        dana.note == "met at the fair,\nstand 4\nE-mail 2 - Value: ruiz@example.net\nE-mail 1 - Value: dana@example.org"
    )
    assert [str(p.message) for p in problems] == [
        "5 columns that a campaign does not need were left out, such as Yomi Name, Birthday, E-mail 1 - Type"
    ]


def test_googles_new_table(tmp_path):
    row = {
        "First Name": "Zoë",
        "Last Name": "Öz",
        "Organization Name": "Acme",
        "Labels": "* myContacts",
        "E-mail 1 - Value": "",
    }
    other = {"First Name": "Ada", "Middle Name": "B.", "Last Name": "Park", "E-mail 1 - Value": "ada@example.com"}
    reading, (zoe, ada), _ = taken(tmp_path, table(GOOGLE_NEW, row, other).encode())
    assert reading.format == "Google contacts"
    assert (zoe.name, zoe.company, zoe.tags, zoe.email) == ("Zoë Öz", "Acme", (), "")
    assert (ada.name, ada.email) == ("Ada B. Park", "ada@example.com")


@pytest.mark.parametrize("header", [CLASSIC, ONLINE])
def test_outlooks_tables_in_a_windows_encoding(tmp_path, header):
    row = {"Title": "Dr.", "First Name": "Zoë", "Last Name": "Öz", "Company": "Acme", "Job Title": "Chemist"}
    row["E-mail Address"] = "zoe@example.com"
    reading, (zoe,), _ = taken(tmp_path, table(header, row).encode("cp1252"))
    assert (reading.format, reading.encoding) == ("Outlook contacts", "cp1252")
    assert (zoe.name, zoe.role, zoe.company, zoe.email) == ("Zoë Öz", "Chemist", "Acme", "zoe@example.com")


DANA_21 = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=96z;Zo=C3=AB;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB =
=C3=96z
ORG;CHARSET=Windows-1252;ENCODING=QUOTED-PRINTABLE:Caf=E9 Orbit;Dept
TITLE:Engineer
EMAIL;PREF;INTERNET:Zoe@example.com
PHOTO;ENCODING=BASE64;TYPE=JPEG:
 /9j/4AAQSkZJRg==

NOTE;ENCODING=QUOTED-PRINTABLE:line one=0D=0Aline two
END:VCARD
"""
DANA_30 = """BEGIN:VCARD
VERSION:3.0
N:Ruiz;Dana;;;
FN:Dana Ruiz
ORG:Orbit;Team A
item1.EMAIL;type=INTERNET;type=pref:dana@example.com
item1.X-ABLabel:_$!<Work>!$_
EMAIL:dana@example.org
X-SOCIALPROFILE;type=linkedin:http://www.linkedin.com/in/dana/
CATEGORIES:Work,Friends
PHOTO;ENCODING=b:AAAA
 BBBB
NOTE:a\\, b\\nc
BDAY:1980-01-01
END:VCARD
"""
KIM_40 = "BEGIN:VCARD\nVERSION:4.0\nFN:Kim Lee\nEMAIL;PREF=1:kim@example.com\nTITLE:Lead\nEND:VCARD\n"


def test_vcards_of_every_version_and_habit(tmp_path):
    reading, people, problems = taken(tmp_path, (DANA_21 + DANA_30 + KIM_40).encode(), "all.vcf")
    zoe, dana, kim = people
    assert (reading.format, problems) == ("vCards", [])
    assert (zoe.name, zoe.company, zoe.role, zoe.email) == ("Zoë Öz", "Café Orbit", "Engineer", "zoe@example.com")
    assert zoe.note == "line one\nline two"
    assert (dana.name, dana.company, dana.email, dana.tags) == (
        "Dana Ruiz",
        "Orbit",
        "dana@example.com",
        ("Work", "Friends"),
    )
    assert (dana.url, dana.note) == ("https://www.linkedin.com/in/dana", "a, b\nc\nAlso: dana@example.org")
    assert (kim.name, kim.role, kim.email) == ("Kim Lee", "Lead", "kim@example.com")


BROKEN = {
    "no name": "BEGIN:VCARD\nVERSION:3.0\nFN:\nORG:Orbit\nEND:VCARD\n",
    "cannot be read": "BEGIN:VCARD\nVERSION:3.0\nthis is no line of a card\nEND:VCARD\n",
    "over 1,000,000 characters": "BEGIN:VCARD\nNOTE:" + "x" * 1_000_000 + "\nFN:X\nEND:VCARD\n",
}


@pytest.mark.parametrize("why", BROKEN)
def test_a_broken_card_is_told_and_stops_nothing(tmp_path, why):
    _, people, problems = taken(tmp_path, (DANA_30 + BROKEN[why] + KIM_40).encode(), "all.vcf")
    assert [person.name for person in people] == ["Dana Ruiz", "Kim Lee"]
    assert [(p.row, why in p.message, p.skipped) for p in problems] == [(2, True, True)]


def test_a_card_without_an_end_does_not_swallow_the_next(tmp_path):
    _, people, problems = taken(tmp_path, (DANA_30.replace("END:VCARD\n", "") + KIM_40).encode(), "all.vcf")
    assert people[-1].name == "Kim Lee"
    assert len(people) + len(problems) == 2
