package payroll_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"kpdk/hooks/internal/words"
	"kpdk/hooks/payroll"
)

// What officers really send: titles merged above the header, amounts as people write them, filters, formulas, sums.
// Each row is read for what it says or named with what is wrong.
func TestAnAnswerAsOfficesWriteIt(t *testing.T) {
	book := excelize.NewFile()
	const sheet = "Sheet1"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(book.SetCellStr(sheet, "A1", "DAFTAR POTONGAN KOPERASI"))
	must(book.MergeCell(sheet, "A1", "D1"))
	must(book.SetCellStr(sheet, "A2", "Bulan November 2026"))
	must(book.MergeCell(sheet, "A2", "D2"))
	must(book.SetSheetRow(sheet, "A4", &[]string{"No", "NIP", "Nama", "Dipotong"}))
	for i, amount := range []any{"Rp 50.000,-", "50,000.00", "(50.000)", -50_000, "50.000,50", nil, "=SUM(1,2)", "#REF!", 70_000, "lima puluh ribu"} {
		row := i + 5
		must(book.SetSheetRow(sheet, fmt.Sprintf("A%d", row), &[]any{i + 1, nipOf(int64(i + 1)), fmt.Sprintf("Pegawai %d", i+1)}))
		cell := fmt.Sprintf("D%d", row)
		switch {
		case amount == nil: // a cell that was formatted as a date
			style, err := book.NewStyle(&excelize.Style{NumFmt: 14})
			must(err)
			must(book.SetCellStyle(sheet, cell, cell, style))
			must(book.SetCellValue(sheet, cell, 50_000))
		case amount == "=SUM(1,2)":
			must(book.SetCellFormula(sheet, cell, "SUM(1,2)"))
		default:
			must(book.SetCellValue(sheet, cell, amount))
		}
	}
	must(book.SetRowVisible(sheet, 13, false))
	must(book.SetSheetRow(sheet, "A15", &[]any{"JUMLAH", "", "", 999}))
	_, err := book.NewSheet("Catatan")
	must(err)
	must(book.SetCellStr("Catatan", "A1", "Sudah dicek bendahara"))
	var data bytes.Buffer
	must(book.Write(&data))
	file, err := payroll.ReadAnswerIn("hasil.xlsx", data.Bytes(), period, nil)
	must(err)
	got := ""
	for _, a := range file.Answers {
		got += fmt.Sprintf("%d %d; ", a.Row, a.Deducted)
	}
	for _, r := range file.Rejected {
		got += fmt.Sprintf("%d %s %s; ", r.Row, r.Field, r.Code)
		if words.Say("id", "fault."+r.Code, nil) == "fault."+r.Code {
			t.Errorf("%s has no words", r.Code)
		}
	}
	want := "5 50000; 6 50000; 13 70000; 7 deducted_rupiah import.amount_negative; 8 deducted_rupiah import.amount_negative; 9 deducted_rupiah import.amount_fraction; " +
		"10 deducted_rupiah import.amount_is_date; 11 deducted_rupiah import.formula_error; 12 deducted_rupiah import.formula_error; 14 deducted_rupiah import.amount_unreadable; "
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(file.Hidden) != 1 || file.Hidden[0] != 13 || len(file.Unread) != 1 || file.Footer == nil || file.Footer.Stated != 999 || file.Footer.Found != 170_000 {
		t.Errorf("hidden %v, unread %v, footer %+v", file.Hidden, file.Unread, file.Footer)
	}
}
