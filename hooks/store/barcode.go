package store

import (
	"regexp"
	"strings"

	"kpdk/hooks/document"
)

// Why a barcode is refused or doubted.
const (
	BarcodeMangled    document.Code = "barcode_mangled"
	BarcodeCheckDigit document.Code = "barcode_check_digit"
	BarcodeTooLong    document.Code = "barcode_too_long"
)

// maxBarcode is how many characters a barcode may have; own codes of real shops reach 19.
const maxBarcode = 32

var (
	scientific     = regexp.MustCompile(`^[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+$`)
	thirteenDigits = regexp.MustCompile(`^[0-9]{13}$`)
	eightDigits    = regexp.MustCompile(`^[0-9]{8}$`)
	twelveDigits   = regexp.MustCompile(`^[0-9]{12}$`)
)

// ParseBarcode reads a barcode as a shop has it: EAN-13, EAN-8, UPC-A, or a code of its own such as SANDAL2, in
// upper case, because scanners and cashiers don't agree on case. A wrong check digit is no error (codes
// printed by the shop often have none); see ValidEAN13.
func ParseBarcode(cell string) (string, error) {
	text := strings.ToUpper(document.CleanText(cell))
	if scientific.MatchString(text) {
		return "", BarcodeMangled
	}
	if len([]rune(text)) > maxBarcode {
		return "", BarcodeTooLong
	}
	return text, nil
}

// EAN13CheckDigit is the last digit that belongs to the first twelve; ok is false when these are not twelve digits.
func EAN13CheckDigit(twelve string) (digit byte, ok bool) {
	if !twelveDigits.MatchString(twelve) {
		return 0, false
	}
	return checkDigit(twelve), true
}

// ValidEAN13 says whether these are thirteen digits of which the last one checks.
func ValidEAN13(code string) bool {
	return thirteenDigits.MatchString(code) && checkDigit(code[:12]) == code[12]
}

// ValidEAN8 says whether these are eight digits of which the last one checks.
func ValidEAN8(code string) bool {
	return eightDigits.MatchString(code) && checkDigit(code[:7]) == code[7]
}

// checkDigit weighs the digits 3, 1, 3, … from the right (GS1 General Specifications 7.9).
func checkDigit(digits string) byte {
	sum := 0
	for i := range len(digits) {
		weight := 1
		if (len(digits)-i)%2 == 1 {
			weight = 3
		}
		sum += weight * int(digits[i]-'0')
	}
	return byte('0' + (10-sum%10)%10)
}
