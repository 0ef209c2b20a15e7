package treasury

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

const testToday = clock.Date("2026-11-24")

// The layouts are those of four large banks' downloads; names and figures are invented.
const (
	columnsFile = `Nama Bank;;;;
Rekening;0012345;;;
Tanggal;Keterangan;Debet;Kredit;Saldo
01/11/2026;Setoran tunai;;1.500.000,00;11.500.000,00
02/11/2026;BIAYA ADM;12.500,00;;11.487.500,00
03/11/2026;TRF BENDAHARA GAJI;;2.000.000,00;13.487.500,00
`
	markedFile = `"Informasi Rekening",,,,,
Periode : 01/11/2026 - 03/11/2026,,,,,
Tanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo
'01/11,"TRSF E-BANKING CR
SITI",'0000,"1,500,000.00",CR,"11,500,000.00"
'02/11,BIAYA ADM,'0000,"12,500.00",DB,"11,487,500.00"
'PEND,KARTU DEBIT,'0000,"10,000.00",DB,
'03/11,SETORAN,'0000,"2,000,000.00",CR,"13,487,500.00"
Saldo Awal,=,"10,000,000.00",,,
Kredit,=,"3,500,000.00",,,
Debet,=,"12,500.00",,,
Saldo Akhir,=,"13,487,500.00",,,
`
	signedFile = `Date,Description,Amount,Balance
2026-11-03 08:12:33,Incoming,2000000.00,13487500.00
2026-11-02 23:59:00,Fee,-12500.00,11487500.00
2026-11-01 00:01:00,Cash in,1500000.00,11500000.00
`
	insideFile = "Posting Date\tRemark\tMutasi\n01-Nov-2026\tSetoran\t1.500.000,00 CR\n02-Nov-2026\tBiaya adm\t12.500,00 DB\n03-Nov-2026\tTransfer masuk\tRp 2.000.000,00 CR\n"
)

func readFile(t testing.TB, file string) (Statement, Layout, error) {
	t.Helper()
	table, err := ReadStatementTable("mutasi.csv", []byte(file))
	if err != nil {
		return Statement{}, Layout{}, err
	}
	l := Detect(table)
	s, err := ReadStatement(table, l, testToday)
	return s, l, err
}

func TestEveryLayoutSaysTheSame(t *testing.T) {
	for name, file := range map[string]string{"columns": columnsFile, "marked": markedFile, "signed, newest first": signedFile, "marked inside": insideFile} {
		s, l, err := readFile(t, file)
		if err != nil {
			t.Errorf("%s: %v (%+v)", name, err, l)
			continue
		}
		var got []string
		for _, line := range s.Lines {
			got = append(got, fmt.Sprint(line.Date, " ", int64(line.Sen)))
		}
		if want := "2026-11-01 150000000, 2026-11-02 -1250000, 2026-11-03 200000000"; strings.Join(got, ", ") != want {
			t.Errorf("%s: %v", name, got)
		}
		if name != "marked inside" && (s.Opening == nil || *s.Opening != 1_000_000_000 || s.Closing == nil || *s.Closing != 1_348_750_000) {
			t.Errorf("%s: opening %v, closing %v", name, s.Opening, s.Closing)
		}
	}
	s, _, err := readFile(t, markedFile)
	if err != nil || !strings.Contains(s.Lines[0].Text, "SITI") {
		t.Errorf("%+v %v", s.Lines, err)
	}
}

func TestAStatementWithAHoleIsRefused(t *testing.T) {
	for _, c := range []struct{ what, file, code string }{
		{"a running balance that doesn't follow", strings.Replace(columnsFile, "11.487.500,00", "11.487.600,00", 1), "treasury.balance_broken"},
		{"sums that differ", strings.Replace(markedFile, `Awal,=,"10,000,000.00"`, `Awal,=,"10,000,100.00"`, 1), "treasury.sums_differ"},
		{"a date that is none", strings.Replace(columnsFile, "02/11/2026", "32/11/2026", 1), "treasury.row_date"},
		{"a day to come", strings.Replace(columnsFile, "03/11/2026", "03/12/2026", 1), "treasury.row_date"},
		{"an amount that is none", strings.Replace(columnsFile, "12.500,00", "12.5OO,00", 1), "treasury.row_amount"},
		{"both in and out", strings.Replace(columnsFile, "12.500,00;;", "12.500,00;12.500,00;", 1), "treasury.row_amount"},
		{"no mark", strings.Replace(markedFile, `"12,500.00",DB,"`, `"12,500.00",,"`, 1), "treasury.row_sign"},
		{"nothing", "Tanggal;Keterangan;Debet;Kredit\n", "treasury.statement_empty"},
		{"no text column", "Tanggal;Debet;Kredit\n01/11/2026;1;\n", "treasury.layout_missing"},
		{"no amount", "Tanggal;Keterangan;Cabang\n01/11/2026;x;y\n", "treasury.layout_amount"},
		{"thousands or decimals", strings.Replace(columnsFile, "12.500,00", "12500.000", 1), "treasury.row_amount"},
		{"a balance that moves", "Tanggal;Keterangan;Debet;Kredit\n01/11/2026;SALDO AWAL;;10.000.000,00\n02/11/2026;x;;1\n", "treasury.row_balance"},
		{"a balance's words on a day that is none", "Tanggal;Keterangan;Debet;Kredit\n32/11/2026;Saldo awal kiriman Budi;;5\n02/11/2026;x;;1\n", "treasury.row_date"},
		{"a balance's words with an amount that is none", "Tanggal;Keterangan;Debet;Kredit\n01/11/2026;Saldo awal kiriman Budi;;5OO\n02/11/2026;x;;1\n", "treasury.row_amount"},
		{"not a table", "%PDF-1.4", "import.file_not_table"},
	} {
		_, _, err := readFile(t, c.file)
		shape := fault.Say(err, "en")
		codes := shape.Code
		for _, f := range shape.Data {
			codes += " " + f.Code
		}
		if err == nil || !strings.Contains(codes, c.code) {
			t.Errorf("%s: %v, want %s", c.what, codes, c.code)
		}
	}
}

func TestAmountsAsBanksWriteThem(t *testing.T) {
	for text, want := range map[string]Sen{"1.234.567,00": 123456700, "1,234,567.00": 123456700, "1234567": 123456700, "1.234": 123400, "1.50": 150, "1,5": 150, "0,91": 91, "Rp 2.500": 250000,
		"-500": -50000, "(1.000,00)": -100000, "1.000,25 DB": -100025, "1,000.00CR": 100000, "500-": -50000, "+7": 700, "IDR 12,500.00": 1250000, "1000.0000": 100000} {
		amount, sign, present, ok := readSen(text)
		if sign < 0 {
			amount = -amount
		}
		if !present || !ok || amount != want {
			t.Errorf("%q: %d %v %v, want %d", text, amount, present, ok, want)
		}
	}
	for _, text := range []string{"1.23.456", "12a", "1.234.5", "1,2345", "1234.000", "50000.000", "1234,000", "12.345.6789,000", "0.500", "012.345", "99999999999999999999", "1..2", "Rp", "--5x"} {
		if amount, _, present, ok := readSen(text); ok && present {
			t.Errorf("%q was read as %d", text, amount)
		}
	}
}

func TestDatesAsBanksWriteThem(t *testing.T) {
	for _, c := range []struct {
		text, order string
		want        clock.Date
	}{{"01/11/2026", "dmy", "2026-11-01"}, {"01/11/26", "dmy", "2026-11-01"}, {"11/01/2026", "mdy", "2026-11-01"}, {"2026-11-01", "ymd", "2026-11-01"}, {"2026-11-01", "dmy", "2026-11-01"},
		{"01-Nov-2026", "dmy", "2026-11-01"}, {"1 Okt 26", "dmy", "2026-10-01"}, {"01/11/2026 08.12.33", "dmy", "2026-11-01"}, {"24/11", "dmy", "2026-11-24"}, {"25/11", "dmy", "2025-11-25"},
		{"29/02", "dmy", ""}, {"31/11/2026", "dmy", ""}, {"kemarin", "dmy", ""}, {"", "dmy", ""}, {"1/2/3", "dmy", ""}} {
		got, ok := readDate(c.text, c.order, testToday)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%q: %s %v, want %s", c.text, got, ok, c.want)
		}
	}
}

func TestEqualLinesOfOneDayAreTwo(t *testing.T) {
	s, _, err := readFile(t, "Tanggal;Keterangan;Debet;Kredit\n01/11/2026;Setoran;;5.000\n01/11/2026;setoran;;5.000\n02/11/2026;Setoran;;5.000\n")
	if err != nil || s.Lines[0].Nth != 1 || s.Lines[1].Nth != 2 || s.Lines[2].Nth != 1 {
		t.Fatalf("%+v %v", s.Lines, err)
	}
}

// A transfer's own words may begin like a balance; only a row without a day or without a movement is one.
func TestABalanceIsARowThatMovesNothing(t *testing.T) {
	s, _, err := readFile(t, "Tanggal;Keterangan;Debet;Kredit\n01/11/2026;Saldo awal;;\n02/11/2026;Saldo Awal kiriman Budi;;500.000,00\n03/11/2026;Saldo akhir tabungan;200.000,00;\n")
	if err != nil || len(s.Lines) != 2 || s.Lines[0].Sen != 50_000_000 || s.Lines[1].Sen != -20_000_000 || s.Opening != nil || s.Closing != nil {
		t.Errorf("%+v %v", s, err)
	}
	s, _, err = readFile(t, "Tanggal;Keterangan;Debet;Kredit;Saldo\n01/11/2026;Saldo awal;0,00;0,00;1.000,00\n02/11/2026;x;;500,00;1.500,00\n;Saldo akhir;;;1.500,00\n")
	if err != nil || len(s.Lines) != 1 || s.Opening == nil || *s.Opening != 100_000 || *s.Closing != 150_000 {
		t.Errorf("%+v %v", s, err)
	}
}

// grouped says whether three digits after an amount's last mark are thousands: written again, it is the same.
func grouped(text string) bool {
	text = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789.,", r) {
			return r
		}
		return -1
	}, text), ".,")
	i := strings.LastIndexAny(text, ".,")
	if i < 0 || len(text)-i-1 != 3 {
		return true
	}
	mark := text[i : i+1]
	n, err := strconv.ParseInt(strings.ReplaceAll(text, mark, ""), 10, 64)
	return err == nil && text == strings.ReplaceAll(money.Rupiah(n).Format(), ".", mark)
}

// FuzzStatement: whatever a file holds, it is read whole or refused; what is read adds up, and every row that has
// a day and moves money is among the lines, with its thousands in whole groups.
func FuzzStatement(f *testing.F) {
	for _, file := range []string{columnsFile, markedFile, signedFile, insideFile, "Tanggal;Keterangan;Jumlah\n1/1;x;-0,01\n",
		"Tanggal;Keterangan;Debet;Kredit\n02/11/2026;Saldo Awal kiriman Budi;;500.000,00\n03/11/2026;x;1234.000;\n", "Date,Description,Amount\n2026-11-02,Closing balance of May,1234.000\n"} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file string) {
		s, l, err := readFile(t, file)
		if err != nil {
			if !fault.IsFault(err) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		var sum Sen
		for i, l := range s.Lines {
			if l.Sen == 0 || l.Date > testToday.Add(1) || l.Date < "2000-01-01" || i > 0 && l.Date < s.Lines[i-1].Date || l.Nth < 1 || len([]rune(l.Text)) > maxLineText*2+1 {
				t.Fatalf("line %d: %+v", i, l)
			}
			sum += l.Sen
		}
		table, err := ReadStatementTable("mutasi.csv", []byte(file))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range table.Rows {
			amount, _, _, _ := l.amount(row)
			if _, dated := readDate(cell(row, l.Date), l.Order, testToday); !dated || amount == 0 {
				continue
			}
			if !slices.ContainsFunc(s.Lines, func(line StatementLine) bool { return line.Row == row.Line && line.Sen == amount }) {
				t.Fatalf("row %d is lost: %q", row.Line, row.Cells)
			}
			for _, c := range []int{l.Debit, l.Credit, l.Amount} {
				if text := cell(row, c); !grouped(text) {
					t.Fatalf("row %d: %q was read as %d sen", row.Line, text, amount)
				}
			}
		}
		if s.Opening != nil && s.Closing != nil && *s.Opening+sum != *s.Closing {
			t.Fatalf("%d + %d ≠ %d", *s.Opening, sum, *s.Closing)
		}
	})
}
