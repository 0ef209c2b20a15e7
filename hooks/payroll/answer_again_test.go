package payroll_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/xuri/excelize/v2"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/payroll"
)

// TestWhoeverTypesAnAmountBackMeansIt: a file that was read changes nothing when it comes again, a line that is typed
// does, also with an amount that stood there once.
func TestWhoeverTypesAnAmountBackMeansIt(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	o.promise()
	for _, said := range []money.Rupiah{100_000, 50_000, 100_000} {
		answers, _ := payroll.FromJSON([]payroll.AnswerLine{{Member: 1, Deducted: &said}})
		report, _, err := payroll.TakeLines(ctx, o, ulid.New(), treasurer, period, answers, nil, nil)
		o.must(err)
		if got := o.line(1).Deducted; got != said || report.Before {
			t.Errorf("typed %d, the line has %d, %+v", said, got, report)
		}
	}
	file := payroll.File{Answers: []payroll.Answer{{Row: 2, Member: 1, Deducted: 70_000}}}
	o.answer(file.Answers...)
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 80_000})
	preview, err := payroll.PreviewAnswer(o, period, file)
	o.must(err)
	if report := o.answer(file.Answers...); !preview.Before || !report.Before || o.line(1).Deducted != 80_000 {
		t.Errorf("%+v %+v %d", preview, report, o.line(1).Deducted)
	}
}

// TestMoneyWithoutAnOwnerIsToldOnce: in a corrected file, in one that is read by four at once, and in one that says
// another amount of the same person.
func TestMoneyWithoutAnOwnerIsToldOnce(t *testing.T) {
	o := newOffice(t)
	for _, number := range []int64{1, 2} {
		o.hire(number, hired{max: 1_000_000})
		o.owe(number, ledger.ItemStore, "2026-10-02", 300_000)
	}
	o.promise()
	says := func(one money.Rupiah, strangers ...money.Rupiah) []payroll.Answer {
		all := []payroll.Answer{{Row: 2, Member: 1, Deducted: one}}
		for i, amount := range strangers {
			all = append(all, payroll.Answer{Row: 3 + i, Member: 998, Deducted: amount})
		}
		return all
	}
	o.answer(says(300_000, 100_000, 100_000)...)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if _, _, err := payroll.TakeAnswer(ctx, o, ulid.New(), treasurer, period, says(200_000, 100_000, 100_000), nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	rows, err := payroll.UnmatchedOf(act.Read(o), period)
	o.must(err)
	if len(rows) != 2 || o.run().Unmatched != 200_000 { // the stranger stood there twice, each time
		t.Fatalf("%+v %d", rows, o.run().Unmatched)
	}
	_, _, err = payroll.DecideUnmatched(ctx, o, ulid.New(), treasurer, payroll.UnmatchedDecision{Period: period, Unmatched: rows[0].ID, Member: 2}, "")
	o.must(err)
	o.answer(says(200_000, 100_000, 60_000)...)
	if got := o.run().Unmatched; got != 60_000 || o.line(2).Deducted != 100_000 {
		t.Errorf("without an owner %d, given %d", got, o.line(2).Deducted)
	}
	o.settle(true)
	o.verify()
}

// TestADeductionOfSomebodyNotOnTheList is held for that member (2107), before the settlement by giving the row, after it
// by a correction.
func TestADeductionOfSomebodyNotOnTheList(t *testing.T) {
	o := newOffice(t)
	for _, number := range []int64{1, 2, 3} {
		o.hire(number, hired{max: 1_000_000})
	}
	o.owe(1, ledger.ItemStore, "2026-10-02", 300_000)
	o.promise()
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 300_000}, payroll.Answer{Row: 3, Member: 2, Deducted: 100_000})
	rows, err := payroll.UnmatchedOf(act.Read(o), period)
	o.must(err)
	_, _, err = payroll.DecideUnmatched(ctx, o, ulid.New(), treasurer, payroll.UnmatchedDecision{Period: period, Unmatched: rows[0].ID, Member: 2}, "")
	o.must(err)
	o.settle(false)
	if got := o.balance(2, ledger.DepositHeld); got != -100_000 {
		t.Errorf("held for 2: %d", got)
	}
	report, _, err := payroll.Correct(ctx, o, ulid.New(), treasurer, period, []payroll.Answer{{Row: 4, Member: 3, Deducted: 40_000}, {Row: 5, Member: 998, Deducted: 1}}, nil, "ketinggalan", nil)
	o.must(err)
	if report.Lines != 1 || len(report.Rejected) != 1 || report.Rejected[0].Code != "payroll.not_in_run" {
		t.Fatalf("%+v", report)
	}
	_, _, err = payroll.ApproveCorrection(ctx, o, ulid.New(), manager, payroll.CorrectionStep{Period: period, Correction: report.Correction}, nil)
	o.must(err)
	if got := o.balance(3, ledger.DepositHeld); got != -40_000 {
		t.Errorf("held for 3: %d", got)
	}
	o.verify()
}

// TestFilesOfOffices are what officers really send, and what becomes of each.
func TestFilesOfOffices(t *testing.T) {
	head := []any{"Periode", "No. Anggota", "Nama", "Total", "Dipotong", "Alasan"}
	row := func(month any, number, amount any) []any { return []any{month, number, "Pegawai", 100, amount, ""} }
	wide := payroll.Layout{Format: "csv", Separator: "semicolon", Sheets: "one", Amounts: "plain", Header: true, Columns: []payroll.LayoutColumn{column("reference", "Referensi"), column("name", "Nama"), column("deducted", "Dipotong")}}
	parts := payroll.Layout{Format: "xlsx", Separator: "comma", Sheets: "component", Amounts: "plain", Header: true, Columns: []payroll.LayoutColumn{column("member", "No. Anggota"), column("deducted", "Dipotong")}}
	for _, it := range []struct {
		what    string
		sheets  map[string][][]any // in the order of their names
		csv     string
		layout  payroll.Layout
		answers int
		sum     money.Rupiah
		codes   string // of rejected rows
		unread  string
		stated  money.Rupiah
		fault   string
	}{
		{what: "another month's bank list", csv: "Referensi;Nama;Dipotong\n202610-000001;A;100\n", layout: wide, fault: "payroll.file_other_period"},
		{what: "this month's bank list with a row of another", csv: "Referensi;Nama;Dipotong\n202611-000001;A;100\n202610-000002;B;100\n", layout: wide, answers: 1, sum: 100, codes: "payroll.other_period"},
		{what: "months as a spreadsheet makes them", csv: "Periode;No. Anggota;Dipotong\nOkt-26;1;100\n", fault: "payroll.file_other_period"},
		{what: "months with a stroke", csv: "Periode;No. Anggota;Dipotong\n11/2026;1;100\n202611;2;100\nNov-26;3;100\nNovember 2026;4;100\n", answers: 4, sum: 400},
		{what: "a month as a date", sheets: map[string][][]any{"1": {head, row(clock.Date("2026-10-01").Time(), 1, 100)}}, fault: "payroll.file_other_period"},
		{what: "footers in words of their own", csv: "No. Anggota;Nama;Dipotong\n1;A;100\n2;B;50\n;Jumlah Potongan;150\n", answers: 2, sum: 150, stated: 150},
		{what: "a footer in the first column", csv: "No. Anggota;Nama;Dipotong\n1;A;100\n2;B;50\nTOTAL (RP);;999\n", answers: 2, sum: 150, stated: 999},
		{what: "a summary before the list", sheets: map[string][][]any{"1 Rekap": {{"REKAP"}, {"Satker", "Jumlah"}, {"622801", 500000}}, "2 Rincian": {head, row("2026-11", 1, 70)}}, answers: 1, sum: 70, unread: "1 Rekap"},
		{what: "a sheet for each kind of employee", sheets: map[string][][]any{"PNS": {head, row("2026-11", 1, 70), {"Jumlah", "", "", "", 70}}, "PPPK": {head, row("2026-11", 2, 30), {"Jumlah", "", "", "", 30}}}, answers: 2, sum: 100, stated: 100},
		{what: "a header of two lines", sheets: map[string][][]any{"1": {{"No", "NIP", "Nama", "Potongan", ""}, {"", "", "", "Diminta", "Dipotong"}, {1, nipOf(1), "A", 100, 70}}}, answers: 1, sum: 70},
		{what: "a row twice in a sheet of a kind", sheets: map[string][][]any{"Belanja Toko": {{"No. Anggota", "Dipotong"}, {1, 300}, {1, 300}}, "Wajib": {{"No. Anggota", "Dipotong"}, {1, 50}}}, layout: parts, answers: 1, sum: 350, codes: "payroll.answered_twice"},
		{what: "no header", csv: "1;A;100\n2;B;100\n", fault: "payroll.answer_columns"},
	} {
		data, name := []byte(it.csv), "jawaban.csv"
		if it.sheets != nil {
			data, name = bookOf(t, it.sheets), "jawaban.xlsx"
		}
		var layouts []payroll.Layout
		if it.layout.Columns != nil {
			layouts = append(layouts, it.layout)
		}
		f, err := payroll.ReadAnswerIn(name, data, period, layouts)
		var refused *fault.Fault
		if errors.As(err, &refused) != (it.fault != "") || refused != nil && refused.Code != it.fault || refused == nil && err != nil {
			t.Errorf("%s: %v, want %q", it.what, err, it.fault)
		}
		if err != nil {
			continue
		}
		var sum money.Rupiah
		for _, a := range f.Answers {
			sum += a.Deducted
		}
		var codes []string
		for _, r := range f.Rejected {
			codes = append(codes, r.Code)
		}
		if len(f.Answers) != it.answers || sum != it.sum || strings.Join(codes, " ") != it.codes || strings.Join(f.Unread, " ") != it.unread {
			t.Errorf("%s: %d answers of %d, rejected %v, unread %v", it.what, len(f.Answers), sum, codes, f.Unread)
		}
		if (f.Footer != nil) != (it.stated != 0) || f.Footer != nil && f.Footer.Stated != it.stated {
			t.Errorf("%s: footer %+v, want %d", it.what, f.Footer, it.stated)
		}
	}
}

func bookOf(t *testing.T, sheets map[string][][]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	names := make([]string, 0, len(sheets))
	for name := range sheets {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if _, err := book.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, cells := range sheets[name] {
			at, _ := excelize.CoordinatesToCellName(1, i+1)
			if err := book.SetSheetRow(name, at, &cells); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := book.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := book.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
