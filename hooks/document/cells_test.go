package document

import (
	"regexp"
	"strconv"
	"testing"
	"time"
	"unicode"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/money"
)

func TestParseRupiah(t *testing.T) {
	for cell, want := range map[string]string{
		"8.400.000": "8400000", "Rp 5.250.000,00": "5250000", "8,400,000.00": "8400000", "8400000": "8400000", "8400000,00": "8400000",
		"8400000.0": "8400000", "8.400": "8400", "8,400": "8400", "Rp.12.500,-": "12500", "rp12.500": "12500", "IDR 1.000": "1000",
		"8 400 000": "8400000", "8\u00a0400\u00a0000,00": "8400000", "0": "0", "'7500": "7500", "+7500": "7500", "0,00": "0",
		"": "absent", " - ": "absent", "Rp -": "absent", "Rp": "absent",
		"8400,50": "amount_fraction", "8.400.000,5": "amount_fraction", "8.1250": "amount_fraction", "12500.5": "amount_fraction", "0.125": "amount_unreadable",
		"-5000": "amount_negative", "(5.000)": "amount_negative", "5.000-": "amount_negative", "Rp -5.000": "amount_negative",
		"8.40.000": "amount_unreadable", "8400.000": "amount_unreadable", "84.00.000": "amount_unreadable", "lima ribu": "amount_unreadable",
		"1,5E+06": "amount_unreadable", "8.400,000.00": "amount_unreadable", "5 ribu": "amount_unreadable", "8..400": "amount_unreadable", ".": "amount_unreadable",
		"9007199254740991": "9007199254740991", "9007199254740992": "amount_too_large", "99999999999999999999999999": "amount_too_large",
	} {
		amount, present, err := ParseRupiah(cell)
		got := strconv.FormatInt(int64(amount), 10)
		if err != nil {
			got = err.Error()
		} else if !present {
			got = "absent"
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", cell, got, want)
		}
	}
}

func TestParseDate(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "26/12/1970": "1970-12-26", "26-12-1970": "1970-12-26", "26.12.1970": "1970-12-26", "1970-12-26": "1970-12-26", "5/8/1968": "1968-08-05",
		"1970/12/26": "1970-12-26", "12 Mei 1980": "1980-05-12", "12-Mei-1980": "1980-05-12", "1 Pebruari 1999": "1999-02-01", "17 Agustus 1985": "1985-08-17",
		"3 August 2001": "2001-08-03", "9 NOP 2000": "2000-11-09", "1970-12-26 00:00:00": "1970-12-26", "29/02/2000": "2000-02-29",
		"31/02/1980": "date_impossible", "12/26/1970": "date_impossible", "29/02/1900": "date_impossible", "00/01/1990": "date_impossible",
		"31 April 1990": "date_impossible", "1/1/0001": "date_impossible", "1/1/2101": "date_impossible",
		"12-Mei-80": "date_unreadable", "26/12/70": "date_unreadable", "25933": "date_unreadable", "19701226": "date_unreadable", "26/12-1970": "date_unreadable",
		"1970-12-26 07:00:00": "date_unreadable", "12 Foo 1980": "date_unreadable", "Jakarta, 12 Mei 1980": "date_unreadable",
	} {
		got, err := ParseDate(cell)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", cell, got, want)
		}
	}
}

func TestParseQuantity(t *testing.T) {
	for cell, want := range map[string]string{
		"12": "12000", "1,5": "1500", "1.5": "1500", "0,250": "250", "0.125": "125", "1.234,5": "1234500", "1,234.50": "1234500", "2,5000": "2500",
		"1.234.567": "quantity_too_large", "1000000": "1000000000", "": "absent", "-": "absent", "0": "0",
		"1.000": "quantity_ambiguous", "12,500": "quantity_ambiguous", "-3": "quantity_negative", "1,2345": "quantity_unreadable",
		"12 pcs": "quantity_unreadable", "1000001": "quantity_too_large", "1.2340": "1234", "1234.567": "1234567",
	} {
		quantity, present, err := ParseQuantity(cell)
		got := strconv.FormatInt(int64(quantity), 10)
		if err != nil {
			got = err.Error()
		} else if !present {
			got = "absent"
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", cell, got, want)
		}
	}
}

func TestCleanText(t *testing.T) {
	for cell, want := range map[string]string{
		"'199704062025121016": "199704062025121016", "  siti   NURHALIZA, S.E. ": "siti NURHALIZA, S.E.", "a\u200bb\x07c": "abc", "e\u0301": "é",
		"Ani\r\nPutri": "Ani Putri", "&acute;0896": "0896", "Lay&acute;s": "Lay´s", "A & B": "A & B", "B&B;": "B&B;", "D'Alba": "D'Alba", "\u00a0": "",
	} {
		if got := CleanText(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
	if _, err := Text("abcd", 3); err != TextTooLong {
		t.Errorf("four characters in three: %v", err)
	}
	if text, err := Text("éàü", 3); err != nil || text != "éàü" {
		t.Errorf("characters, not bytes, are counted: %v", err)
	}
}

func TestIsTotal(t *testing.T) {
	for cell, want := range map[string]bool{
		"JUMLAH": true, "Total:": true, "GRAND TOTAL": true, "jumlah total": true, "Jumlah 640 pegawai": true, "Total gaji": true, "Sub Total": true,
		"Total Almeera": false, "Jumlahwati": false, "Totalia": false, "": false,
	} {
		if got := IsTotal(cell); got != want {
			t.Errorf("%q: %v", cell, got)
		}
	}
}

func TestNumberText(t *testing.T) {
	for raw, want := range map[string]string{
		"8400000": "8400000", "8400000.0000000009": "8400000", "1.5": "1.5", "8.125": "8.1250", "1E+6": "1000000", "8.99230404694E+12": "8992304046940",
		"8.99E+12": "8.99E+12", "1.98609E+17": "1.98609E+17", "198609262015051001": "1.98609262015051E+17", "3171012612706956": "3171012612706956",
		"3171012612706950": "3.17101261270695E+15", "-12": "-12", "Ani": "Ani", "": "", "1E+999999999": "1E+999999999",
	} {
		if got := numberText(raw); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

// Whatever the co-op itself writes, it reads back.
func TestAmountsAndDatesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := money.Rupiah(rapid.Int64Range(0, int64(money.Max)).Draw(t, "amount"))
		for _, text := range []string{amount.String(), amount.Format(), strconv.FormatInt(int64(amount), 10), amount.String() + ",00"} {
			if got, present, err := ParseRupiah(text); got != amount || !present || err != nil {
				t.Fatalf("%s: %d %v %v", text, got, present, err)
			}
		}
		day := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 73_000).Draw(t, "day"))
		for _, form := range []string{"2006-01-02", "02/01/2006", "2-1-2006", "2 January 2006", "02.01.2006"} {
			if got, err := ParseDate(day.Format(form)); got != day.Format(time.DateOnly) || err != nil {
				t.Fatalf("%s: %s %v", day.Format(form), got, err)
			}
		}
	})
}

var isoDate = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

// FuzzCells holds every cell parser to what its callers rely on, for any input at all.
func FuzzCells(f *testing.F) {
	for _, seed := range []string{"8.400.000", "Rp 5.250.000,00", "31/02/1980", "12 Mei 1980", "1,5", "'1997", "&acute;", "1,98609E+17", "(5)", "٣"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		if amount, present, err := ParseRupiah(cell); amount < 0 || amount > money.Max || (err != nil || !present) && amount != 0 {
			t.Errorf("amount %d %v %v", amount, present, err)
		}
		if quantity, present, err := ParseQuantity(cell); quantity < 0 || quantity > money.MaxQuantity || (err != nil || !present) && quantity != 0 {
			t.Errorf("quantity %d %v %v", quantity, present, err)
		}
		if date, err := ParseDate(cell); date != "" && (!isoDate.MatchString(date) || err != nil) {
			t.Errorf("date %q %v", date, err)
		}
		for _, r := range CleanText(cell) {
			if unicode.IsControl(r) {
				t.Errorf("control character %q left", r)
			}
		}
	})
}
