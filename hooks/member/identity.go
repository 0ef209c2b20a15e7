package member

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"kpdk/hooks/document"
)

// Why a number that identifies a person is refused or doubted.
const (
	NIPInvalid        document.Code = "nip_invalid"
	NIPMangled        document.Code = "nip_mangled" // a spreadsheet rounded it: 1,98609E+17
	NIKInvalid        document.Code = "nik_invalid"
	NIKMangled        document.Code = "nik_mangled"
	NIKLeftOut        document.Code = "nik_left_out"
	NIKUnusual        document.Code = "nik_unusual"
	NIKStaleBirthDate document.Code = "nik_stale_birthdate"
)

// NIP is a civil servant's number: 18 digits, or 9 in old lists. Contract staff have none, so it is never
// a key; the empty NIP is valid.
type NIP string

// NIK is a person's number on the identity card: 16 digits, or empty.
type NIK string

var (
	scientific = regexp.MustCompile(`^[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+$`)
	eighteen   = regexp.MustCompile(`^[0-9]{18}$`)
	nine       = regexp.MustCompile(`^[0-9]{9}$`)
	sixteen    = regexp.MustCompile(`^[0-9]{16}$`)
)

// bare takes out the spaces, dots and dashes that people put between a number's parts.
func bare(cell string) string {
	text := document.CleanText(cell)
	if scientific.MatchString(text) {
		return text
	}
	text = strings.NewReplacer(" ", "", ".", "", "-", "", "–", "", "/", "").Replace(text)
	if strings.Trim(text, "0") == "" {
		return "" // offices without a number write 0
	}
	return text
}

// ParseNIP reads an NIP: birth date YYYYMMDD, first appointment YYYYMM, sex 1 or 2, serial from 001. For
// contract civil servants (PPPK) digits 13 and 14 count contracts, often from 21, so they are only held to
// 01–99. A serial 000 does not exist; a spreadsheet that keeps 15 digits makes it.
func ParseNIP(cell string) (NIP, error) {
	text := bare(cell)
	switch {
	case text == "":
		return "", nil
	case scientific.MatchString(text):
		return "", NIPMangled
	case nine.MatchString(text):
		return NIP(text), nil
	case !eighteen.MatchString(text):
		return "", NIPInvalid
	}
	born, err := time.Parse("20060102", text[:8])
	appointed, _ := strconv.Atoi(text[8:12])
	if err != nil || born.Year() < 1900 || appointed <= born.Year() || appointed > born.Year()+100 ||
		text[12:14] == "00" || text[14] != '1' && text[14] != '2' {
		return "", NIPInvalid
	}
	if text[15:] == "000" {
		return "", NIPMangled
	}
	return NIP(text), nil
}

// Old says whether it is one of the 9-digit numbers, which tell nothing about the person.
func (n NIP) Old() bool { return len(n) == 9 }

// BirthDate is the date of birth as YYYY-MM-DD, or empty when the number holds none.
func (n NIP) BirthDate() string {
	if len(n) != 18 {
		return ""
	}
	return string(n[:4] + "-" + n[4:6] + "-" + n[6:8])
}

// Sex is L or P, or empty when the number does not say.
func (n NIP) Sex() string {
	if len(n) != 18 {
		return ""
	}
	if n[14] == '1' {
		return "L"
	}
	return "P"
}

// CountsContracts says that digits 13 and 14 can be no month, as only PPPK numbers have it.
func (n NIP) CountsContracts() bool { return len(n) == 18 && n[12:14] > "12" }

// ParseNIK reads an NIK. Only the count of digits is binding: region and birth date inside it may be stale
// (people move, and cards are corrected), so Doubts tells about those.
func ParseNIK(cell string) (NIK, error) {
	text := bare(cell)
	switch {
	case text == "":
		return "", nil
	case scientific.MatchString(text):
		return "", NIKMangled
	case !sixteen.MatchString(text):
		return "", NIKInvalid
	}
	return NIK(text), nil
}

// Sex is L or P by the day of birth, to which 40 is added for women; empty when the day is none.
func (n NIK) Sex() string {
	switch day := n.day(); {
	case day >= 1 && day <= 31:
		return "L"
	case day >= 41 && day <= 71:
		return "P"
	}
	return ""
}

func (n NIK) day() int {
	if len(n) != 16 {
		return 0
	}
	return int(n[6]-'0')*10 + int(n[7]-'0')
}

// Doubts compares an NIK with a birth date (YYYY-MM-DD or empty) and with its own form.
func (n NIK) Doubts(birthDate string) []document.Code {
	if n == "" {
		return nil
	}
	var doubts []document.Code
	if n[12:] == "0000" || n[:2] < "11" {
		doubts = append(doubts, NIKUnusual)
	}
	day := n.day()
	if n.Sex() == "P" {
		day -= 40
	}
	if birthDate != "" && (n.Sex() == "" || birthDate[2:] != string(n[10:12])+"-"+string(n[8:10])+"-"+twoDigits(day)) {
		doubts = append(doubts, NIKStaleBirthDate)
	}
	return doubts
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
