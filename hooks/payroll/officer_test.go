package payroll_test

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/payroll"
	"kpdk/hooks/policy"
	"kpdk/hooks/treasury"
)

// A list's bytes are written in the books' own words: whoever has the list can make the hash by hand.
func TestAListIsKnownByItsHash(t *testing.T) {
	want := sha256.Sum256([]byte("kpdk/payroll-list/1\n2026-11;622801;2026-11-02\n2;250000\n17;100000\n846;150000\n"))
	for _, rows := range [][]payroll.Asked{{{Member: 17, Amount: 100_000}, {Member: 846, Amount: 150_000}}, {{Member: 846, Amount: 150_000}, {Member: 17, Amount: 100_000}}} {
		if got := payroll.SealList("2026-11", "622801", "2026-11-02", rows); got != want {
			t.Errorf("%x", got)
		}
	}
	other := payroll.SealList("2026-11", "622801", "2026-11-02", []payroll.Asked{{Member: 17, Amount: 100_001}, {Member: 846, Amount: 149_999}})
	if other == want {
		t.Error("a rupiah moved between two members is not seen")
	}
}

// three people of one unit and one of another, each with a purchase, one with dues.
func threeAndOne(t *testing.T) (*office, map[int64]int64) {
	o := newOffice(t)
	items := map[int64]int64{}
	for n := int64(1); n <= 4; n++ {
		unit := "622801"
		if n == 4 {
			unit = "622802"
		}
		o.hire(n, hired{unit: unit, max: 1_000_000})
		items[n] = o.owe(n, ledger.ItemStore, "2026-10-02", money.Rupiah(n)*100_000)
	}
	o.owe(1, ledger.ItemVoluntary, "2026-10-01", 50_000)
	return o, items
}

func TestListsAreNumberedAndChecked(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	sealed, err := payroll.SealedLists(act.Read(o), period)
	o.must(err)
	if len(sealed) != 2 || sealed[0].Number != "DPG-2026/0001" || sealed[1].Number != "DPG-2026/0002" || sealed[0].Members != 3 || sealed[0].Total != 650_000 || len(sealed[0].Code) != 14 {
		t.Fatalf("%+v", sealed)
	}
	lists, err := payroll.ListsOf(o, period, "622801")
	o.must(err)
	plain, err := lists[0].CSV("id")
	o.must(err)
	book, err := lists[0].XLSX("id")
	o.must(err)
	for name, file := range map[string][]byte{"a.csv": plain, "a.xlsx": book} {
		check, err := payroll.CheckFile(o, name, file, period)
		o.must(err)
		if !check.Matches || check.List.Number != "DPG-2026/0001" || check.Hash != sealed[0].Hash || check.Total != 650_000 || check.Unit != "Sekretariat" || len(check.Differences) > 0 {
			t.Errorf("%s: %+v", name, check)
		}
	}
	bent := bytes.Replace(plain, []byte("200000"), []byte("200001"), 2)
	check, err := payroll.CheckFile(o, "b.csv", bent, period)
	o.must(err)
	if check.Matches || check.List == nil || len(check.Differences) != 1 || check.Differences[0].Member != 2 || *check.Differences[0].Listed != 200_000 || *check.Differences[0].Found != 200_001 {
		t.Errorf("bent by a rupiah: %+v", check)
	}
	short := plain[:bytes.LastIndexByte(plain[:len(plain)-1], '\n')+1]
	if check, err = payroll.CheckFile(o, "c.csv", short, period); err != nil || check.Matches || len(check.Differences) != 1 || check.Differences[0].Row != 0 {
		t.Errorf("a row short: %+v %v", check, err)
	}
	letter, err := lists[0].Letter(o, "id")
	o.must(err)
	again, err := lists[0].Letter(o, "id")
	o.must(err)
	if !bytes.HasPrefix(letter, []byte("%PDF-")) || !bytes.Equal(letter, again) {
		t.Error("the letter is no paper, or another one each time")
	}

	// Somebody withdraws after the list went out: the next export numbers the list anew, and the old file is known as replaced.
	o.mandate(2, "revoke", "2026-10-21", 0)
	_, _, err = payroll.Export(ctx, o, ulid.New(), treasurer, period)
	o.must(err)
	sealed, err = payroll.SealedLists(act.Read(o), period)
	o.must(err)
	if sealed[0].Number != "DPG-2026/0003" || sealed[0].Replaces != "DPG-2026/0001" || sealed[0].Members != 2 || sealed[1].Number != "DPG-2026/0002" {
		t.Errorf("%+v", sealed)
	}
	if check, err = payroll.CheckFile(o, "a.csv", plain, period); err != nil || !check.Matches || check.List.Number != "DPG-2026/0001" || check.Standing != "DPG-2026/0003" {
		t.Errorf("the list before: %+v %v", check, err)
	}
	o.verify()
}

func column(field, title string) payroll.LayoutColumn {
	return payroll.LayoutColumn{Field: field, Title: title}
}

// What an officer wants is written so, and an answer in it is read back by the same layout.
func TestAnOfficersLayout(t *testing.T) {
	o, _ := threeAndOne(t)
	set := func(unit string, l payroll.Layout) error {
		_, _, err := payroll.SetLayout(ctx, o, ulid.New(), manager, payroll.LayoutInput{Unit: unit, Layout: l})
		return err
	}
	mine := payroll.Layout{Format: "csv", Separator: "semicolon", Sheets: "one", Amounts: "dots", Header: true, Footer: true, Columns: []payroll.LayoutColumn{
		column("sequence", "No"), {Field: "fixed", Title: "Kode", Value: "KOP01"}, column("nip", "NIP Pegawai"), column("name", "Nama"), column("total", "Jumlah"), column("deducted", "Potong"), column("reason", "Ket")}}
	o.must(set(o.units["622801"], mine))
	o.must(set("622802", payroll.Layout{Format: "xlsx", Separator: "comma", Sheets: "component", Amounts: "plain", Titles: true, Header: true, Columns: []payroll.LayoutColumn{
		column("member", "No. Anggota"), column("name", "Nama"), column("total", "Diminta"), column("deducted", "Terpotong")}}))
	for name, bad := range map[string]payroll.Layout{
		"no columns":    {Format: "csv", Separator: "comma", Sheets: "one", Amounts: "plain", Header: true},
		"nobody":        {Format: "csv", Separator: "comma", Sheets: "one", Amounts: "plain", Header: true, Columns: []payroll.LayoutColumn{column("total", "Total")}},
		"twice":         {Format: "csv", Separator: "comma", Sheets: "one", Amounts: "plain", Header: true, Columns: []payroll.LayoutColumn{column("member", "A"), column("total", "a")}},
		"an NIP inside": {Format: "csv", Separator: "comma", Sheets: "one", Amounts: "plain", Header: true, Columns: []payroll.LayoutColumn{column("member", "A"), column("total", "B"), {Field: "fixed", Title: "C", Value: nipOf(1)}}},
		"unknown":       {Format: "pdf", Separator: "comma", Sheets: "one", Amounts: "plain", Header: true, Columns: []payroll.LayoutColumn{column("member", "A"), column("total", "B")}},
	} {
		if err := set("", bad); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	o.refused(set("999999", mine), "input.invalid")
	o.promise()
	lists, err := payroll.ListsOf(o, period, "")
	o.must(err)
	plain, err := lists[0].CSV("id")
	o.must(err)
	want := "No;Kode;NIP Pegawai;Nama;Jumlah;Potong;Ket\n1;KOP01;" + nipOf(1) + ";Pegawai 1;150.000;;\n2;KOP01;" + nipOf(2) + ";Pegawai 2;200.000;;\n3;KOP01;" + nipOf(3) + ";Pegawai 3;300.000;;\nJUMLAH;;;;650.000;;\n"
	if string(plain) != want {
		t.Errorf("got\n%s", plain)
	}
	if check, err := payroll.CheckFile(o, "x.csv", plain, period); err != nil || !check.Matches {
		t.Errorf("the list in its own layout: %+v %v", check, err)
	}
	book, err := lists[1].XLSX("id")
	o.must(err)
	if check, err := payroll.CheckFile(o, "x.xlsx", book, period); err != nil || !check.Matches {
		t.Errorf("a sheet for each kind: %+v %v", check, err)
	}
	all, err := payroll.Layouts(act.Read(o))
	o.must(err)
	answer := strings.NewReplacer("150.000;;", "150.000;150.000;", "200.000;;", "200.000;80.000;Cuti", "300.000;;", "300.000;0;Gaji habis", "650.000;;", "650.000;230.000;").Replace(string(plain))
	var layouts []payroll.Layout
	for _, v := range all {
		layouts = append(layouts, v.Layout)
	}
	file, err := payroll.ReadAnswerIn("jawab.csv", []byte(answer), period, layouts)
	o.must(err)
	if len(file.Answers) != 3 || len(file.Rejected) != 0 || file.Answers[1].Deducted != 80_000 || file.Answers[1].Reason != payroll.ReasonOnLeave || file.Footer == nil || file.Footer.Difference != 0 {
		t.Errorf("read back: %+v", file)
	}
}

// Any layout whose columns can be told apart writes a list that is read back as it was meant.
func TestAnyLayoutIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fields := []string{"sequence", "period", "pay_date", "list_number", "name", "unit_code", "unit", "grade", "principal", "mandatory", "voluntary", "instalment", "store", "arrears", "fixed"}
		chosen := slices.Concat([]string{"member", "nip", "total", "deducted"}, rapid.SliceOfDistinct(rapid.SampledFrom(fields), rapid.ID[string]).Draw(t, "fields"))
		chosen = rapid.Permutation(chosen).Draw(t, "order")
		l := payroll.Layout{Format: rapid.SampledFrom([]string{"csv", "xlsx"}).Draw(t, "format"), Separator: rapid.SampledFrom([]string{"comma", "semicolon", "tab", "bar"}).Draw(t, "separator"),
			Sheets: rapid.SampledFrom([]string{"one", "component"}).Draw(t, "sheets"), Amounts: rapid.SampledFrom([]string{"plain", "dots"}).Draw(t, "amounts"),
			Titles: rapid.Bool().Draw(t, "titles"), Header: true, Footer: rapid.Bool().Draw(t, "footer")}
		if l.Format == "csv" {
			l.Sheets = "one"
		}
		for i, f := range chosen {
			l.Columns = append(l.Columns, payroll.LayoutColumn{Field: f, Title: fmt.Sprintf("Lajur %c %s", 'a'+i, f), Value: "X"})
		}
		sample, err := payroll.SampleOf(payroll.LayoutInput{Layout: l}, "id")
		if err != nil || !sample.ReadBack {
			t.Fatalf("%+v %v", sample, err)
		}
	})
}

// The bank's list says from which account, as of pay day; whose account nobody knows is pointed out before the lock,
// and no payroll officer learns of one.
func TestTheBanksListSaysFromWhichAccount(t *testing.T) {
	o, _ := threeAndOne(t)
	for number := int64(1); number <= 3; number++ {
		o.do(func(tx *act.Tx) error { return member.DateChannel(tx, number, member.ByBank, "2026-01-01") })
	}
	enter := func(number int64, account string, from clock.Date) {
		t.Helper()
		_, _, err := member.SetBankAccount(ctx, o, ulid.New(), treasurer, number, member.SetBank{BankAccount: member.BankAccount{Bank: "Bank Contoh", Number: account, Holder: "=Ani"}, ValidFrom: from})
		o.must(err)
	}
	enter(1, "0011001100", "2026-10-01")
	enter(1, "0022002200", "2026-12-01") // from after this pay day
	enter(2, "0033003300", "2026-11-15")
	o.draft()
	review, err := payroll.ReviewOf(act.Read(o), period)
	o.must(err)
	at := slices.IndexFunc(review.Classes, func(c payroll.ReviewClass) bool { return c.Class == payroll.ClassNoAccount })
	if review.Classes[at].Members != 2 || review.Classes[at].Amount != 500_000 {
		t.Errorf("%+v", review.Classes[at])
	}
	page, err := payroll.ReviewLines(act.Read(o), period, payroll.ClassNoAccount, 0, 10)
	o.must(err)
	if len(page.Lines) != 2 || page.Lines[0].Member != 2 || page.Lines[1].Member != 3 {
		t.Errorf("%+v", page)
	}
	o.lockOf(period)
	lists, err := payroll.ListsOf(o, period, payroll.BankUnit)
	o.must(err)
	data, err := lists[0].CSV("id")
	o.must(err)
	want := "Referensi;Tanggal Gaji;Bank;Rekening;Atas Nama;No. Anggota;Nama;Total;Dipotong;Alasan\r\n202611-000001;2026-11-02;Bank Contoh;0011001100;'=Ani;0001;"
	if !strings.HasPrefix(string(data), want) || strings.Contains(string(data), "0022002200") || strings.Contains(string(data), "0033003300") {
		t.Errorf("%q", data)
	}
	read, err := payroll.ReadAnswerIn("bank.csv", data, period, []payroll.Layout{payroll.UsualLayout(payroll.BankUnit, "id")})
	o.must(err)
	if len(read.Answers)+len(read.Rejected) != 3 || len(read.Asked) != 3 || read.Asked[0].Member != 1 {
		t.Errorf("the bank's file comes back as %+v", read)
	}
	columns := []payroll.LayoutColumn{column("member", "No"), column("account", "Rekening"), column("total", "Jumlah")}
	layout := payroll.LayoutInput{Unit: "622802", Layout: payroll.Layout{Format: "csv", Separator: "comma", Sheets: "one", Amounts: "plain", Header: true, Columns: columns}}
	_, _, err = payroll.SetLayout(ctx, o, ulid.New(), treasurer, layout)
	o.refused(err, "input.invalid")
	layout.Unit = payroll.BankUnit
	_, _, err = payroll.SetLayout(ctx, o, ulid.New(), treasurer, layout)
	o.must(err)
	all, err := payroll.ListsOf(o, period, "622802")
	o.must(err)
	if all[0].Rows[0].Account.Number != "" {
		t.Error("an officer's list knows of an account")
	}
}

func TestAnAnswerIsSeenBeforeItIsTaken(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 150_000})
	before := o.count("SELECT count(*) FROM acts")
	file, err := payroll.ReadAnswerIn("a.csv", []byte("nip;nama;dipotong;alasan\n"+nipOf(1)+";x;140.000;\n"+nipOf(2)+";x;200.000;\n198609262015051999;siapa;5.000;\n;JUMLAH;400.000;\n"), period, nil)
	o.must(err)
	v, err := payroll.PreviewAnswer(o, period, file)
	o.must(err)
	if v.Read != 3 || v.Matched != 2 || len(v.Rejected) != 1 || v.Lost != 5_000 || v.Asked != 350_000 || v.Deducted != 340_000 || v.Full != 1 || v.Footer == nil || v.Footer.Stated != 400_000 || v.Footer.Found != 345_000 || v.Footer.Difference != 55_000 {
		t.Errorf("%+v %+v", v, v.Footer)
	}
	if len(v.Lines) != 1 || v.Lines[0].Member != 1 || *v.Lines[0].Was != 150_000 || v.Lines[0].Deducted != 140_000 || len(v.Missing) != 1 || v.Missing[0].Member != 3 {
		t.Errorf("lines %+v missing %+v", v.Lines, v.Missing)
	}
	if o.count("SELECT count(*) FROM acts") != before {
		t.Error("looking wrote something")
	}
	bare, err := payroll.ReadAnswerIn("b.csv", []byte("nip;dipotong\n"+nipOf(1)+";140000\n"+nipOf(2)+";200000\n;340000\n"), period, nil)
	o.must(err)
	if len(bare.Answers) != 2 || len(bare.Rejected) != 0 || bare.Footer == nil || bare.Footer.Difference != 0 {
		t.Errorf("a sum without a word: %+v", bare)
	}
}

// Parts of an answer in any order, and each of them again, end in the same state.
func TestPartialAnswersInAnyOrder(t *testing.T) {
	var want string
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0, 1}, {1, 1, 0, 2, 0}, {2, 0, 1, 2, 1, 0}} {
		o, _ := threeAndOne(t)
		o.promise()
		parts := [][]payroll.Answer{{{Row: 1, Member: 1, Deducted: 70_000, Reason: "other"}, {Row: 2, Member: 9, Deducted: 4_000}}, {{Row: 1, Member: 2, Deducted: 200_000}}, {{Row: 1, Member: 3, Deducted: 350_000}, {Row: 2, Member: 4, Deducted: 0, Reason: "moved"}}}
		for _, i := range order {
			o.answer(parts[i]...)
		}
		o.settle(false)
		run := o.run()
		got := fmt.Sprintf("%+v %d %d", run.Sums, run.Unmatched, run.Skipped)
		for n := int64(1); n <= 4; n++ {
			l := o.line(n)
			got += fmt.Sprintf(" %d:%d/%d/%d/%s", n, l.Deducted, l.Remaining, l.Excess, l.Reason)
			if l.Requested != l.Deducted-l.Excess+l.Remaining {
				t.Errorf("%v: member %d: asked %d is not deducted %d + remaining %d", order, n, l.Requested, l.Deducted-l.Excess, l.Remaining)
			}
		}
		if want = cmp.Or(want, got); got != want {
			t.Errorf("%v:\n%s\n%s", order, got, want)
		}
		o.verify()
	}
}

// An old file again, after a newer one, is no news.
func TestAnOldFileAgainChangesNothing(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	old, newer := payroll.Answer{Row: 1, Member: 1, Deducted: 70_000, Reason: "other"}, payroll.Answer{Row: 1, Member: 1, Deducted: 90_000, Reason: "other"}
	o.answer(old)
	o.answer(newer)
	o.answer(old)
	if l := o.line(1); l.Deducted != 90_000 {
		t.Errorf("the old file won: %d", l.Deducted)
	}
}

func (o *office) correct(answers ...payroll.Answer) payroll.CorrectionReport {
	o.t.Helper()
	report, _, err := payroll.Correct(ctx, o, ulid.New(), treasurer, period, answers, nil, "berkas yang dibetulkan", nil)
	o.must(err)
	return report
}

func (o *office) approve(id int64) payroll.Step {
	o.t.Helper()
	step, _, err := payroll.ApproveCorrection(ctx, o, ulid.New(), manager, payroll.CorrectionStep{Period: period, Correction: id}, nil)
	o.must(err)
	return step
}

// A corrected file after the settlement: its differences are posted beside what was posted, by another person.
func TestACorrectedFile(t *testing.T) {
	o, items := threeAndOne(t)
	o.promise()
	first := []payroll.Answer{{Row: 2, Member: 1, Deducted: 150_000}, {Row: 3, Member: 2, Deducted: 120_000, Reason: "insufficient_pay"}, {Row: 4, Member: 3, Deducted: 320_000}, {Row: 5, Member: 4, Deducted: 400_000}}
	o.answer(first...)
	o.settle(false)
	_, _, err := payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622801"})
	o.must(err)
	step, _, err := payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622802"})
	o.must(err)
	if step.State != payroll.StateReceived {
		t.Fatal(step.State)
	}
	if r := o.correct(first...); r.Correction != 0 || r.Lines != 0 || r.Matched != 4 {
		t.Errorf("the same file: %+v", r)
	}
	// 1 had 70.000 less than said, 2 was deducted all but 10.000, 3 nothing above what was owed.
	r := o.correct(payroll.Answer{Row: 2, Member: 1, Deducted: 80_000, Reason: "insufficient_pay"}, payroll.Answer{Row: 3, Member: 2, Deducted: 190_000, Reason: "insufficient_pay"}, payroll.Answer{Row: 4, Member: 3, Deducted: 300_000})
	if r.Lines != 3 || r.Difference != -70_000+70_000-20_000 {
		t.Fatalf("%+v", r)
	}
	_, _, err = payroll.Correct(ctx, o, ulid.New(), treasurer, period, []payroll.Answer{{Row: 1, Member: 4, Deducted: 1}}, nil, "lagi", nil)
	o.refused(err, "payroll.correction_waiting")
	_, _, err = payroll.ApproveCorrection(ctx, o, ulid.New(), treasurer, payroll.CorrectionStep{Period: period, Correction: r.Correction}, nil)
	o.refused(err, "payroll.correction_own")
	if l := o.line(1); l.Deducted != 150_000 {
		t.Error("a correction that waits changed a line")
	}
	if step := o.approve(r.Correction); step.State != payroll.StateSettled {
		t.Errorf("20.000 came too much and the run is %s", step.State)
	}
	_, _, err = payroll.ApproveCorrection(ctx, o, ulid.New(), manager, payroll.CorrectionStep{Period: period, Correction: r.Correction}, nil)
	o.refused(err, "payroll.correction_decided")
	one, two, three := o.line(1), o.line(2), o.line(3)
	if one.Deducted != 80_000 || one.Remaining != 70_000 || one.Skipped != 50_000 || o.remainder(items[1]) != 20_000 || o.balance(1, ledger.StoreReceivable) != 20_000 || o.balance(1, ledger.VoluntarySavings) != 0 {
		t.Errorf("1: %+v, owes %d", one, o.remainder(items[1]))
	}
	if two.Deducted != 190_000 || o.remainder(items[2]) != 10_000 || three.Excess != 0 || o.balance(3, ledger.DepositHeld) != 0 {
		t.Errorf("2: %+v 3: %+v", two, three)
	}
	money_, err := payroll.MoneyOf(act.Read(o), period, "2026-11-12", manager)
	o.must(err)
	if money_[0].Standing != -20_000 || money_[0].Received != 590_000 || money_[0].Settled != 570_000 || money_[0].Days != 10 {
		t.Errorf("%+v", money_[0])
	}
	step, _, err = payroll.Resolve(ctx, o, ulid.New(), treasurer, payroll.Resolution{Period: period, Unit: "622801", Kind: "returned", Amount: 20_000}, "dikembalikan")
	if err != nil || step.State != payroll.StateWaiting {
		t.Errorf("who made the list returns money alone: %+v %v", step, err)
	}
	_, _, err = payroll.DecideMoney(ctx, o, ulid.New(), treasurer, payroll.MoneyDecision{Period: period, Resolution: 1}, "batal")
	o.must(err)
	_, _, err = payroll.Resolve(ctx, o, ulid.New(), manager, payroll.Resolution{Period: period, Unit: "622801", Kind: "returned", Amount: 20_001}, "dikembalikan")
	o.refused(err, "payroll.difference_smaller")
	_, _, err = payroll.Resolve(ctx, o, ulid.New(), manager, payroll.Resolution{Period: period, Unit: "622801", Kind: "returned", Amount: 20_000}, "")
	o.refused(err, "input.invalid")
	step, _, err = payroll.Resolve(ctx, o, ulid.New(), manager, payroll.Resolution{Period: period, Unit: "622801", Kind: "returned", Amount: 20_000}, "dikembalikan ke bendahara")
	o.must(err)
	if step.State != payroll.StateReceived {
		t.Errorf("all is even and the run is %s", step.State)
	}
	o.verify()
	// Back to the first file: the difference the other way, voluntary savings with it.
	again := o.correct(first...)
	o.approve(again.Correction)
	if one := o.line(1); one.Deducted != 150_000 || one.Remaining != 0 || o.remainder(items[1]) != 0 || o.balance(1, ledger.VoluntarySavings) != -50_000 || o.line(3).Excess != 20_000 {
		t.Errorf("back: %+v", one)
	}
	o.verify()
}

// What was refunded meanwhile cannot be taken back: the member owes it, and the next list asks for it. When it was
// deducted after all, the debt ends first.
func TestACorrectionOfSpentMoneyIsOwed(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 3, Deducted: 320_000})
	o.settle(true)
	o.do(func(tx *act.Tx) error { // refunded in cash
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.DepositHeld, 20_000, ledger.MemberParty(3)), ledger.Cr(ledger.Cash, 20_000)}})
		return err
	})
	clearing := func() (sum money.Rupiah) {
		o.must(act.Read(o).Row("SELECT coalesce(sum(amount), 0) FROM party_balances WHERE account = ?", ledger.PayrollClearing).Scan(&sum))
		return sum
	}
	before := clearing()
	r := o.correct(payroll.Answer{Row: 1, Member: 3, Deducted: 310_000})
	o.approve(r.Correction)
	if l := o.line(3); l.Deducted != 310_000 || l.Excess != 10_000 || o.balance(3, ledger.DepositHeld) != 0 || clearing()-before != -10_000 {
		t.Errorf("%+v, 2107 %d", l, o.balance(3, ledger.DepositHeld))
	}
	items, err := ledger.OpenItems(act.Read(o), 3)
	o.must(err)
	claim := items[slices.IndexFunc(items, func(i ledger.Item) bool { return i.Kind == ledger.ItemStore })]
	if claim.Remainder != 10_000 || claim.Date != "2026-10-20" {
		t.Errorf("%+v", claim)
	}
	if source, err := payroll.SourceOf(act.Read(o), claim.ID); err != nil || source == nil || source.Corrected != period {
		t.Errorf("%+v %v", source, err)
	}
	all, err := payroll.CorrectionsOf(act.Read(o), period, manager)
	o.must(err)
	if all[0].Claimed != 10_000 || all[0].Shown[0].Claimed != 10_000 || all[0].State != "posted" {
		t.Errorf("%+v", all[0])
	}
	if d, err := payroll.DeductionOf(act.Read(o), 3, period); err != nil || d.Claimed != 10_000 {
		t.Errorf("%+v %v", d, err)
	}
	if n := o.count("SELECT count(*) FROM notices WHERE member = 3 AND kind = 'deduction_claimed' AND amount = 10000"); n != 1 {
		t.Errorf("%d notices", n)
	}
	o.verify()
	next, err := payroll.NextDeduction(act.Read(o), 3, "2026-11-05", 0)
	o.must(err)
	if !slices.ContainsFunc(next.Parts, func(p payroll.DeductionPart) bool {
		return p.Item == claim.ID && p.Kind == payroll.Arrears && p.Due == 10_000
	}) {
		t.Errorf("the next list: %+v", next.Parts)
	}
	// It was deducted after all, and more.
	o.approve(o.correct(payroll.Answer{Row: 1, Member: 3, Deducted: 325_000}).Correction)
	if l := o.line(3); o.remainder(claim.ID) != 0 || l.Excess != 25_000 || o.balance(3, ledger.DepositHeld) != -5_000 || clearing()-before != 5_000 {
		t.Errorf("%+v, 2107 %d, 1121 %d", l, o.balance(3, ledger.DepositHeld), o.balance(3, ledger.StoreReceivable))
	}
	o.verify()
	if r := o.correct(payroll.Answer{Row: 1, Member: 3, Deducted: 325_000}); r.Correction != 0 {
		t.Errorf("%+v", r)
	}
}

// A correction settles nothing that the settlement spared: consent that was withdrawn, an objection that was granted.
func TestACorrectionHoldsWhatWasSpared(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 1_000_000})
	o.hire(2, hired{max: 1_000_000})
	one, two := o.owe(1, ledger.ItemStore, "2026-10-02", 100_000), o.owe(2, ledger.ItemStore, "2026-10-02", 100_000)
	saving := o.owe(2, ledger.ItemVoluntary, "2026-10-01", 50_000)
	o.draft()
	o.lockOf(period)
	o.sendOf(period)
	o.mandate(1, "revoke", "2026-10-28", 0)
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 0, Reason: "other"}, payroll.Answer{Row: 2, Member: 2, Deducted: 100_000, Reason: "insufficient_pay"})
	o.settle(false)
	id, err := o.object(2, 0, "hardship", "")
	o.must(err)
	o.must(o.replies(id, payroll.DecideAdjust, payroll.Ceiling{Item: two, Most: 40_000}, payroll.Ceiling{Item: saving, Most: 0}))
	r := o.correct(payroll.Answer{Row: 1, Member: 1, Deducted: 60_000, Reason: "other"}, payroll.Answer{Row: 2, Member: 2, Deducted: 150_000})
	o.approve(r.Correction)
	if o.remainder(one) != 100_000 || o.balance(1, ledger.DepositHeld) != -60_000 {
		t.Errorf("without consent: %v open, %v held", o.remainder(one), o.balance(1, ledger.DepositHeld))
	}
	if o.remainder(two) != 60_000 || o.balance(2, ledger.DepositHeld) != -110_000 || o.balance(2, ledger.VoluntarySavings) != 0 {
		t.Errorf("after the objection: %v open, %v held, %v saved", o.remainder(two), o.balance(2, ledger.DepositHeld), o.balance(2, ledger.VoluntarySavings))
	}
	o.verify()
}

// Of somebody who left, more is held on 2107 and no savings grow again; less comes back out of what is held, or
// out of what is still to be paid out (2106), and no savings fall due again.
func TestACorrectionForALeaver(t *testing.T) {
	o := newOffice(t)
	for number := int64(1); number <= 3; number++ {
		o.hire(number, hired{max: 1_000_000})
	}
	store := o.owe(1, ledger.ItemStore, "2026-10-02", 100_000)
	for number := int64(1); number <= 3; number++ {
		o.owe(number, ledger.ItemMandatory, "2026-10-01", 50_000)
		o.owe(number, ledger.ItemVoluntary, "2026-10-01", 30_000)
	}
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 150_000, Reason: "other"}, payroll.Answer{Row: 2, Member: 2, Deducted: 90_000}, payroll.Answer{Row: 3, Member: 3, Deducted: 50_000, Reason: "other"})
	o.settle(false)
	paid := map[int64]money.Rupiah{1: 50_000, 2: 90_000, 3: 50_000}
	for number, payable := range paid {
		s, _, err := member.LeaveCoop(ctx, o, ulid.New(), manager, number, member.Leave{Reason: "retired"})
		o.must(err)
		if s.Payable != payable {
			t.Fatalf("%d gets %d", number, s.Payable)
		}
	}
	if choice, err := payroll.ExcessChoice(act.Read(o), 1, "2026-12-01"); choice != payroll.ExcessRefund || err != nil {
		t.Errorf("what is deducted of a leaver after all is for %q %v", choice, err)
	}
	// 1: the rest after all, and more: nothing of it is savings any more. 2: less than was paid in, the excess first.
	// 3: nothing was deducted.
	r := o.correct(payroll.Answer{Row: 1, Member: 1, Deducted: 200_000}, payroll.Answer{Row: 2, Member: 2, Deducted: 60_000, Reason: "other"}, payroll.Answer{Row: 3, Member: 3, Deducted: 0, Reason: "retired"})
	o.approve(r.Correction)
	if o.balance(1, ledger.VoluntarySavings) != 0 || o.balance(1, ledger.DepositHeld) != -50_000 || o.balance(1, ledger.LeaverPayable) != -50_000 || o.remainder(store) != 0 || o.line(1).Excess != 50_000 {
		t.Errorf("1: 2103 %d, 2107 %d", o.balance(1, ledger.VoluntarySavings), o.balance(1, ledger.DepositHeld))
	}
	if o.balance(2, ledger.LeaverPayable) != -60_000 || o.balance(2, ledger.DepositHeld) != 0 || o.balance(2, ledger.VoluntarySavings) != 0 || o.line(2).Excess != 0 {
		t.Errorf("2: 2106 %d, 2107 %d, 2103 %d", o.balance(2, ledger.LeaverPayable), o.balance(2, ledger.DepositHeld), o.balance(2, ledger.VoluntarySavings))
	}
	if o.balance(3, ledger.LeaverPayable) != 0 || o.balance(3, ledger.MandatorySavings) != 0 {
		t.Errorf("3: 2106 %d, 3102 %d", o.balance(3, ledger.LeaverPayable), o.balance(3, ledger.MandatorySavings))
	}
	if open := o.count("SELECT count(*) FROM item_remainders WHERE remainder > 0"); open != 0 {
		t.Errorf("%d savings of leavers are due again", open)
	}
	o.verify()
	// What was paid out to a leaver is owed by the leaver.
	o.do(func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayment, Date: tx.Today(), Lines: []ledger.Line{ledger.Dr(ledger.LeaverPayable, 55_000, ledger.MemberParty(2)), ledger.Cr(ledger.Cash, 55_000)}})
		return err
	})
	r = o.correct(payroll.Answer{Row: 2, Member: 2, Deducted: 50_000, Reason: "other"})
	o.approve(r.Correction)
	if o.balance(2, ledger.LeaverPayable) != 0 || o.balance(2, ledger.StoreReceivable) != 5_000 || o.line(2).Deducted != 50_000 {
		t.Errorf("2: 2106 %d, 1121 %d", o.balance(2, ledger.LeaverPayable), o.balance(2, ledger.StoreReceivable))
	}
	o.verify()
}

// Two corrections that begin at once: one is submitted, the other says that it has to wait.
func TestTwoCorrectionsAtOnce(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 100_000, Reason: "other"}, payroll.Answer{Row: 2, Member: 2, Deducted: 100_000, Reason: "other"})
	o.settle(true)
	type made struct {
		report payroll.CorrectionReport
		err    error
	}
	// Both wait for each other between their first and their last link.
	var begun sync.WaitGroup
	begun.Add(2)
	results := make(chan made, 2)
	for i := range 2 {
		go func() {
			var once sync.Once
			answers := []payroll.Answer{{Row: 1, Member: int64(i + 1), Deducted: 110_000, Reason: "other"}}
			report, _, err := payroll.Correct(ctx, o, ulid.New(), treasurer, period, answers, nil, "berkas baru", func(int, int) {
				once.Do(func() { begun.Done(); begun.Wait() })
			})
			results <- made{report, err}
		}()
	}
	a, b := <-results, <-results
	if a.err != nil {
		a, b = b, a
	}
	o.must(a.err)
	o.refused(b.err, "payroll.correction_waiting")
	if waiting := o.count("SELECT count(*) FROM payroll_correction_steps WHERE step = 'submitted'"); waiting != 1 {
		t.Errorf("%d wait", waiting)
	}
	o.approve(a.report.Correction)
	o.verify()
}

// What came too much is not returned out of an empty box, nor from a bank that there is not.
func TestNothingIsReturnedFromWhereNothingLies(t *testing.T) {
	o, _ := threeAndOne(t)
	payroll.Bind(o, payroll.Ports{Activate: member.ActivateIfPaid, Money: treasury.MoneyAt})
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 150_000})
	o.settle(true)
	_, _, err := payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622801", Amount: 170_000, Bank: 99, Over: true})
	o.refused(err, "treasury.bank_unknown")
	_, _, err = payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622801", Amount: 170_000, Over: true})
	o.must(err)
	back := payroll.Resolution{Period: period, Unit: "622801", Kind: "returned", Amount: 20_000, Cash: true}
	_, _, err = payroll.Resolve(ctx, o, ulid.New(), manager, back, "dikembalikan")
	o.refused(err, "treasury.cash_short")
	back.Cash = false
	_, _, err = payroll.Resolve(ctx, o, ulid.New(), manager, back, "dikembalikan")
	o.must(err)
	o.verify()
}

// A difference is moved to the rupiah, and nothing below zero or above what is owed.
func TestADifferenceIsMovedWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(0, 300_000)
		var parts []payroll.Settled
		var settled money.Rupiah
		for range rapid.IntRange(0, 5).Draw(t, "parts") {
			p := payroll.Settled{Kind: rapid.SampledFrom([]ledger.ItemKind{ledger.ItemStore, ledger.ItemMandatory}).Draw(t, "kind"), Settled: money.Rupiah(amount.Draw(t, "settled")), Remainder: money.Rupiah(amount.Draw(t, "remainder"))}
			if rapid.Bool().Draw(t, "voluntary") {
				p.Kind, p.Waived, p.Remainder = ledger.ItemVoluntary, p.Remainder, 0
			}
			p.Planned = p.Settled + money.Rupiah(amount.Draw(t, "left"))
			settled += p.Settled
			parts = append(parts, p)
		}
		excess := money.Rupiah(amount.Draw(t, "excess"))
		more := money.Rupiah(rapid.Int64Range(-int64(settled+excess), 2_000_000).Draw(t, "more"))
		consented := rapid.Bool().Draw(t, "consented")
		d := payroll.Differ(more, parts, excess, consented)
		sum := d.Excess
		for i, moved := range d.Parts {
			sum += moved
			p := parts[i]
			if moved < -p.Settled || moved > p.Remainder+p.Waived || moved > p.Planned-p.Settled || d.Unwaived[i] < 0 || d.Unwaived[i] > p.Waived || moved > 0 && moved > p.Remainder+d.Unwaived[i] || moved > 0 && !consented {
				t.Fatalf("part %+v moves %d, takes %d of the waiver back", p, moved, d.Unwaived[i])
			}
		}
		if sum != more || excess+d.Excess < 0 {
			t.Fatalf("%d moved of %d", sum, more)
		}
	})
}

func TestMoneyIsFollowedUntilNothingIsOpen(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 150_000}, payroll.Answer{Row: 2, Member: 2, Deducted: 200_000}, payroll.Answer{Row: 3, Member: 3, Deducted: 300_000}, payroll.Answer{Row: 4, Member: 4, Deducted: 400_000})
	o.settle(false)
	receive := func(in payroll.Receipt) (payroll.Step, error) {
		in.Period = period
		step, _, err := payroll.Receive(ctx, o, ulid.New(), treasurer, in)
		return step, err
	}
	_, err := receive(payroll.Receipt{Unit: "622801", Amount: 600_000, Cash: true})
	o.must(err)
	_, err = receive(payroll.Receipt{Unit: "622802", Amount: 401_000})
	o.refused(err, "payroll.received_too_much")
	_, err = receive(payroll.Receipt{Unit: "999", Amount: 1_000, Over: true})
	o.refused(err, "payroll.nothing_to_receive")
	step, err := receive(payroll.Receipt{Unit: "622802", Amount: 401_000, Over: true})
	o.must(err)
	if step.State != payroll.StateSettled {
		t.Errorf("50.000 is missing and 1.000 too much, and the run is %s", step.State)
	}
	o.verify()
	resolve := func(in payroll.Resolution) (payroll.Step, error) {
		in.Period = period
		step, _, err := payroll.Resolve(ctx, o, ulid.New(), manager, in, "sudah dicek")
		return step, err
	}
	_, err = resolve(payroll.Resolution{Unit: "622802", Kind: "written_off", Amount: 1_000})
	o.refused(err, "payroll.difference_smaller")
	_, err = resolve(payroll.Resolution{Unit: "622801", Kind: "written_off", Amount: 50_000})
	o.must(err)
	step, err = resolve(payroll.Resolution{Unit: "622802", Kind: "returned", Amount: 1_000, Cash: true})
	o.must(err)
	if step.State != payroll.StateReceived || o.count("SELECT count(*) FROM payroll_money") != 4 {
		t.Errorf("%+v", step)
	}
	units, err := payroll.MoneyOf(act.Read(o), period, clock.Date("2026-11-20"), manager)
	o.must(err)
	if units[0].Received != 600_000 || units[0].WrittenOff != 50_000 || units[1].Received != 401_000 || units[1].Returned != 1_000 || units[0].Standing != 0 || units[0].Days != 0 || units[0].Moves[1].Reason != "sudah dicek" {
		t.Errorf("%+v", units)
	}
	o.verify()
}

// Nobody ends a difference alone who had a hand in it, or above what one person pays alone.
func TestADifferenceIsEndedByTwo(t *testing.T) {
	o, _ := threeAndOne(t)
	other := act.Actor{ID: "manager00000002", Role: act.Manager, Name: "Manajer lain"}
	third := act.Actor{ID: "treasurer000002", Role: act.Treasurer, Name: "Bendahara lain"}
	o.must(o.decides(policy.SecondAbove.Key, 30_000))
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 150_000}, payroll.Answer{Row: 2, Member: 2, Deducted: 200_000}, payroll.Answer{Row: 3, Member: 3, Deducted: 300_000}, payroll.Answer{Row: 4, Member: 4, Deducted: 400_000})
	o.settle(false)
	_, _, err := payroll.Receive(ctx, o, ulid.New(), manager, payroll.Receipt{Period: period, Unit: "622802", Amount: 425_000, Over: true})
	o.must(err)
	_, _, err = payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622801", Amount: 550_000})
	o.must(err)
	over := payroll.Resolution{Period: period, Unit: "622802", Kind: "returned", Amount: 25_000}
	lost := payroll.Resolution{Period: period, Unit: "622801", Kind: "written_off", Amount: 100_000}
	ask := func(by act.Actor, in payroll.Resolution) (string, error) {
		step, _, err := payroll.Resolve(ctx, o, ulid.New(), by, in, "sudah dicek")
		return step.State, err
	}
	waits := func(by act.Actor, in payroll.Resolution) int64 {
		t.Helper()
		state, err := ask(by, in)
		o.must(err)
		if state != payroll.StateWaiting {
			t.Errorf("%s: %s %d is %s", by.Name, in.Kind, in.Amount, state)
		}
		return o.count("SELECT max(id) FROM payroll_resolutions")
	}
	decide := func(by act.Actor, id int64, approve bool) error {
		_, _, err := payroll.DecideMoney(ctx, o, ulid.New(), by, payroll.MoneyDecision{Period: period, Resolution: id, Approve: approve}, "")
		return err
	}
	_, _, err = payroll.Resolve(ctx, o, ulid.New(), other, lost, strings.Repeat("panjang ", 38))
	o.refused(err, "input.invalid")
	_, _, err = payroll.DecideMoney(ctx, o, ulid.New(), other, payroll.MoneyDecision{Period: period, Resolution: 1}, strings.Repeat("panjang ", 39))
	o.refused(err, "input.invalid")
	// Under the limit, but the manager booked what came too much, and the treasurer made the list.
	id := waits(manager, over)
	o.refused(decide(manager, id, true), "payroll.resolution_own")
	o.refused(decide(treasurer, id, true), "payroll.resolution_own")
	_, err = ask(manager, over)
	o.refused(err, "payroll.resolution_waits")
	todo, err := payroll.TodosOf(act.Read(o), period)
	o.must(err)
	if !slices.ContainsFunc(todo, func(t payroll.Todo) bool { return t.Code == "resolution" && t.Count == 1 && t.Amount == 25_000 }) {
		t.Errorf("%+v", todo)
	}
	units, err := payroll.MoneyOf(act.Read(o), period, "2026-11-20", third)
	o.must(err)
	if w := units[1].Waiting; w == nil || !w.May || w.Reason != "sudah dicek" || units[0].Waiting != nil {
		t.Errorf("%+v", units)
	}
	o.must(decide(third, id, true))
	o.refused(decide(third, id, true), "payroll.resolution_decided")
	// Who had no hand in it ends small differences alone, and not large ones in pieces.
	state, err := ask(other, payroll.Resolution{Period: period, Unit: "622801", Kind: "written_off", Amount: 20_000})
	if err != nil || state != payroll.StateSettled {
		t.Errorf("%s %v", state, err)
	}
	lost.Amount = 80_000
	id = waits(other, lost)
	o.must(decide(other, id, false)) // one's own is taken back
	small := lost
	small.Amount = 15_000
	id = waits(other, small)
	o.must(decide(treasurer, id, true)) // one of the two had no hand in it
	o.refused(decide(third, 99, true), "payroll.resolution_unknown")
	// What came meanwhile is no difference any more.
	lost.Amount = 65_000
	id = waits(manager, lost)
	_, _, err = payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: "622801", Amount: 10_000})
	o.must(err)
	o.refused(decide(other, id, true), "payroll.difference_smaller")
	o.must(decide(manager, id, false))
	lost.Amount = 55_000
	id = waits(manager, lost)
	// Two approve at once: one books it.
	errs := make(chan error, 2)
	for _, by := range []act.Actor{other, third} {
		go func() { errs <- decide(by, id, true) }()
	}
	if a, b := <-errs, <-errs; (a == nil) == (b == nil) {
		t.Errorf("%v, %v", a, b)
	}
	if o.count("SELECT count(*) FROM payroll_runs WHERE state = 'received'") != 1 || o.count("SELECT sum(amount) FROM payroll_money WHERE kind = 'written_off'") != 90_000 {
		t.Errorf("%+v", o.run())
	}
	o.verify()
}

// A difference of one run does not pass the second person in pieces: over units, days, persons, kinds, or at once.
func TestADifferenceInPiecesNeedsTwo(t *testing.T) {
	o, _ := threeAndOne(t)
	a, b := manager, act.Actor{ID: "manager00000002", Role: act.Manager, Name: "Manajer lain"}
	o.hire(5, hired{unit: "622802", max: 1_000_000})
	o.owe(5, ledger.ItemStore, "2026-10-02", 100_000)
	o.must(o.decides(policy.SecondAbove.Key, 30_000))
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 150_000}, payroll.Answer{Row: 2, Member: 2, Deducted: 200_000}, payroll.Answer{Row: 3, Member: 3, Deducted: 300_000},
		payroll.Answer{Row: 4, Member: 4, Deducted: 400_000}, payroll.Answer{Row: 5, Member: 5, Deducted: 100_000})
	o.settle(false)
	receive := func(unit string, amount money.Rupiah) {
		t.Helper()
		_, _, err := payroll.Receive(ctx, o, ulid.New(), treasurer, payroll.Receipt{Period: period, Unit: unit, Amount: amount, Over: true})
		o.must(err)
	}
	receive("622801", 550_000) // 100.000 never comes
	receive("622802", 540_000) // 40.000 came too much
	state := func(by act.Actor, unit, kind string, amount money.Rupiah) string {
		step, _, err := payroll.Resolve(ctx, o, ulid.New(), by, payroll.Resolution{Period: period, Unit: unit, Kind: kind, Amount: amount}, "sudah dicek")
		o.must(err)
		if step.State == payroll.StateWaiting { // and taken back, so that the next may be asked
			_, _, err = payroll.DecideMoney(ctx, o, ulid.New(), by, payroll.MoneyDecision{Period: period, Resolution: o.count("SELECT max(id) FROM payroll_resolutions")}, "")
			o.must(err)
		}
		return step.State
	}
	if got := state(a, "622801", "written_off", 20_000); got != payroll.StateSettled {
		t.Fatalf("20.000 of 30.000: %s", got)
	}
	o.verify()
	for _, c := range []struct {
		how, unit, kind string
		by              act.Actor
		after           int // days
		amount          money.Rupiah
	}{
		{"the same again", "622801", "written_off", a, 0, 10_001},
		{"on another day", "622801", "written_off", a, 1, 10_001},
		{"in another month", "622801", "written_off", a, 40, 10_001},
		{"by another", "622801", "written_off", b, 0, 10_001},
		{"of another unit", "622802", "returned", a, 0, 10_001},
		{"of another unit by another on another day", "622802", "returned", b, 1, 10_001},
	} {
		o.Travel(clock.Of(o).Now().AddDate(0, 0, c.after))
		if got := state(c.by, c.unit, c.kind, c.amount); got != payroll.StateWaiting {
			t.Errorf("%s: %d is %s", c.how, c.amount, got)
		}
	}
	// Two at once: there is room for one of them.
	got := make(chan string, 2)
	for unit, kind := range map[string]string{"622801": "written_off", "622802": "returned"} {
		go func() {
			step, _, err := payroll.Resolve(ctx, o, ulid.New(), b, payroll.Resolution{Period: period, Unit: unit, Kind: kind, Amount: 10_000}, "bersamaan")
			o.must(err)
			got <- step.State
		}()
	}
	if x, y := <-got, <-got; (x == payroll.StateWaiting) == (y == payroll.StateWaiting) {
		t.Errorf("%s and %s", x, y)
	}
	if sum := o.count("SELECT sum(amount) FROM payroll_money WHERE kind <> 'receipt'"); sum != 30_000 || o.count("SELECT max(together) FROM payroll_money") != sum {
		t.Errorf("%d was ended alone", sum)
	}
	o.verify()
	// What two ended takes no room.
	_, _, err := payroll.DecideMoney(ctx, o, ulid.New(), a, payroll.MoneyDecision{Period: period, Resolution: o.count("SELECT max(id) FROM payroll_resolutions"), Approve: true}, "")
	o.must(err)
	o.verify()
	// A movement that says of the others less than there is, is found.
	o.do(func(tx *act.Tx) error {
		return tx.Exec("INSERT INTO payroll_money(entry, period, unit, kind, place, amount, alone, together, act) VALUES((SELECT min(id) FROM journal), ?, '622801', 'written_off', '', 30000, 30000, 30001, ?)", string(period), tx.ID())
	})
	if _, findings, err := payroll.Checks()[0].Run(ctx, act.Read(o)); err != nil || !strings.Contains(strings.Join(findings, "\n"), "selisih uang") {
		t.Errorf("%v %v", findings, err)
	}
}

func TestARowWithoutAnOwnerFindsOne(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 150_000}, payroll.Answer{Row: 3, Member: 77, Deducted: 30_000}, payroll.Answer{Row: 4, Member: 78, Deducted: 5_000})
	rows, err := payroll.UnmatchedOf(act.Read(o), period)
	o.must(err)
	if len(rows) != 2 || o.run().Unmatched != 35_000 {
		t.Fatalf("%+v", rows)
	}
	decide := func(id, number int64, reason string) error {
		_, _, err := payroll.DecideUnmatched(ctx, o, ulid.New(), treasurer, payroll.UnmatchedDecision{Period: period, Unmatched: id, Member: number}, reason)
		return err
	}
	o.refused(decide(rows[0].ID, 99, ""), "member.unknown")
	o.refused(decide(rows[1].ID, 0, ""), "input.invalid")
	o.must(decide(rows[0].ID, 2, ""))
	o.refused(decide(rows[0].ID, 2, ""), "payroll.unmatched_decided")
	o.must(decide(rows[1].ID, 0, "salah ketik bendahara"))
	o.refused(decide(999, 2, ""), "payroll.unmatched_unknown")
	if l := o.line(2); l.Deducted != 30_000 || l.Remaining != 170_000 || o.run().Unmatched != 0 {
		t.Errorf("%+v", l)
	}
	o.settle(true)
	o.verify()
}

func TestWhoPaysByThemselvesIsBilled(t *testing.T) {
	o, items := threeAndOne(t)
	o.hire(5, hired{}) // no mandate
	self := o.owe(5, ledger.ItemStore, "2026-10-05", 75_000)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 60_000, Reason: "insufficient_pay"}, payroll.Answer{Row: 2, Member: 2, Deducted: 200_000}, payroll.Answer{Row: 3, Member: 3, Deducted: 300_000}, payroll.Answer{Row: 4, Member: 4, Deducted: 400_000})
	o.settle(false)
	list, err := payroll.Bills(act.Read(o), period, 0, 50)
	o.must(err)
	if list.Members != 2 || list.Owed != 40_000+75_000 || list.Bills[0].Member != 1 || list.Bills[0].Self || list.Bills[0].Owed != 40_000 || !list.Bills[1].Self || list.Bills[1].Why != payroll.NoMandate {
		t.Fatalf("%+v", list)
	}
	bill, err := payroll.BillPaper(o, "id", period, 5)
	o.must(err)
	slip, err := payroll.SlipPaper(o, "id", period, 1)
	o.must(err)
	if !bytes.HasPrefix(bill, []byte("%PDF-")) || !bytes.HasPrefix(slip, []byte("%PDF-")) {
		t.Error("no papers")
	}
	o.pays(5, self, ledger.StoreReceivable, 75_000)
	_, err = payroll.BillPaper(o, "id", period, 5)
	o.refused(err, "payroll.bill_none")
	_, err = payroll.SlipPaper(o, "id", "2026-12", 1)
	o.refused(err, "payroll.slip_none")
	if list, err = payroll.Bills(act.Read(o), period, 1, 50); err != nil || list.Members != 1 || len(list.Bills) != 0 || o.remainder(items[1]) != 40_000 {
		t.Errorf("%+v %v", list, err)
	}
}

// Two people settle at once: what each takes is settled once.
func TestTwoPeopleSettleAtOnce(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 150_000}, payroll.Answer{Row: 2, Member: 2, Deducted: 200_000}, payroll.Answer{Row: 3, Member: 3, Deducted: 300_000}, payroll.Answer{Row: 4, Member: 4, Deducted: 400_000})
	var all sync.WaitGroup
	for i := range 4 {
		by := act.Actor{ID: fmt.Sprintf("manager0000%04d", i), Role: act.Manager}
		all.Go(func() {
			_, _, _ = payroll.Settle(ctx, o, ulid.New(), by, payroll.Settlement{Period: period}, nil) // one or another is told that it is done
		})
	}
	all.Wait()
	if run := o.run(); run.State != payroll.StateSettled || run.Deducted != 1_050_000 || o.count("SELECT sum(amount) FROM settlements WHERE kind = 'payroll'") != 1_050_000 {
		t.Errorf("%+v", run.Sums)
	}
	o.verify()
}

// A chain that posts a correction is cut off, and goes on with its key.
func TestACorrectionCutOffGoesOn(t *testing.T) {
	o := newOffice(t)
	o.crowd(300)
	o.promise()
	var first, second []payroll.Answer
	for i := range int64(300) {
		first = append(first, payroll.Answer{Row: int(i) + 2, Member: i + 1, Deducted: 60_000})
		second = append(second, payroll.Answer{Row: int(i) + 2, Member: i + 1, Deducted: 20_000, Reason: "other"})
	}
	o.answer(first...)
	o.settle(false)
	r := o.correct(second...)
	key := ulid.New()
	cut, stop := o.cutting(1)
	step := payroll.CorrectionStep{Period: period, Correction: r.Correction}
	if _, _, err := payroll.ApproveCorrection(cut, o, key, manager, step, stop); err == nil {
		t.Fatal("not cut off")
	}
	if n := o.count("SELECT count(*) FROM payroll_corrected"); n == 0 || n == 300 {
		t.Errorf("%d lines at the cut", n)
	}
	o.verify()
	_, _, err := payroll.ApproveCorrection(ctx, o, key, manager, step, nil)
	o.must(err)
	if run := o.run(); run.Deducted != 6_000_000 || o.count("SELECT count(*) FROM payroll_corrected") != 300 {
		t.Errorf("%+v", run.Sums)
	}
	o.verify()
}

// The page and the console do the same: layout, check, a look before taking, correct, bills, papers.
func TestTheOfficersHalfAtTheConsole(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	lists, err := payroll.ListsOf(o, period, "622801")
	o.must(err)
	plain, err := lists[0].CSV("id")
	o.must(err)
	month := map[string]string{"period": string(period)}
	with := func(more ...string) map[string]string {
		flags := map[string]string{"period": string(period)}
		for i := 0; i < len(more); i += 2 {
			flags[more[i]] = more[i+1]
		}
		return flags
	}
	want := func(name string, flags map[string]string, exit int, says string, files ...command.File) {
		t.Helper()
		if got, out := o.command(name, flags, files...); got != exit || !strings.Contains(out, says) {
			t.Errorf("payroll %s: %d\n%s", name, got, out)
		}
	}
	want("lists", month, 0, "DPG-2026/0001")
	want("check", month, 0, "DPG-2026/0001", command.File{Name: "a.csv", Data: plain})
	want("check", month, 1, "200.001", command.File{Name: "a.csv", Data: bytes.Replace(plain, []byte("200000"), []byte("200001"), 2)})
	answer := command.File{Name: "j.csv", Data: []byte("no anggota;dipotong\n1;150000\n2;120000\n3;300000\n88;9000\nJumlah;580000\n")}
	want("answer", with("dry-run", "true"), 2, "580.000", answer)
	if o.line(1).Answered {
		t.Error("a look took the answer")
	}
	want("answer", month, 1, "580.000", answer)
	want("answer", with("accept-footer", "true"), 2, "3", answer)
	want("unmatched", month, 0, "9.000")
	want("unmatched", with("row", "1", "reason", "salah alamat"), 0, "9.000")
	want("settle", with("close-unanswered", "true"), 0, "570.000")
	fixed := command.File{Name: "k.csv", Data: []byte("no anggota;dipotong\n2;200000\n")}
	want("correct", month, 1, "", fixed)
	want("correct", with("reason", "salah ketik", "dry-run", "true"), 0, "80.000", fixed)
	want("correct", with("reason", "salah ketik"), 0, "80.000", fixed)
	want("correct", month, 0, "80.000")
	want("correct", with("approve", "1"), 0, "650.000")
	want("receive", with("unit", "622801", "amount", "600000", "into", "cash"), 0, "")
	want("money", month, 0, "50.000")
	want("resolve", with("unit", "622801", "kind", "written_off", "amount", "50000", "reason", "tidak akan datang"), 0, "50.000")
	want("bills", month, 0, "400.000")
	layout, err := json.Marshal(payroll.UsualLayout("", "id"))
	o.must(err)
	want("layout", with("unit", "622802", "dry-run", "true"), 0, "read_back\": true", command.File{Name: "l.json", Data: layout})
	want("layout", with("unit", "622802"), 0, "622802", command.File{Name: "l.json", Data: layout})
	o.verify()
}

func FuzzReadAnswerIn(f *testing.F) {
	bank := payroll.UsualLayout(payroll.BankUnit, "id")
	bank.Header = false
	layouts := []payroll.Layout{payroll.UsualLayout("", "id"), bank}
	f.Add([]byte("No. Anggota;NIP;Total;Dipotong;Alasan\n0007;198609262015051001;150.000;150.000;\nJUMLAH;;150.000;150.000;\n"))
	f.Add([]byte("202611-000007;2026-11-02;0007;Ani;150000;150000;\r\n"))
	f.Add([]byte("nip,dipotong\n,5\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := payroll.ReadAnswerIn("x.csv", data, period, layouts)
		if err != nil {
			return
		}
		for _, a := range file.Answers {
			if a.Deducted < 0 || a.Deducted > money.Max || a.Member == 0 && a.NIP == "" {
				t.Fatalf("%+v", a)
			}
		}
	})
}

// Lists as offices really send them, with a column of amounts: every rupiah is either somebody's or told as lost.
func TestListsAsOfficesSendThem(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(testapp.Root(), "..", "shared", "data", "pegawai-kotor.csv"))
	if err != nil {
		t.Skip("no lists of offices on this machine")
	}
	var b strings.Builder
	var sum money.Rupiah
	for i, line := range strings.Split(strings.TrimRight(strings.ReplaceAll(string(raw), "\r", ""), "\n"), "\n") {
		switch {
		case i == 0:
			fmt.Fprintln(&b, line+";Dipotong;Ket")
		case strings.Count(line, ";") == 11 && !strings.Contains(strings.ToUpper(line), "JUMLAH"): // its own last line
			amount := money.Rupiah(10_000 + i)
			sum += amount
			fmt.Fprintf(&b, "%s;%s;\n", line, amount.Format())
		}
	}
	fmt.Fprintf(&b, "JUMLAH;;;;;;;;;;;;%s;\n", sum.Format())
	file, err := payroll.ReadAnswerIn("rekap.csv", []byte(b.String()), period, []payroll.Layout{payroll.UsualLayout("", "id")})
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Answers) < 40 || file.Footer == nil || file.Footer.Stated != sum || file.Footer.Difference != 0 {
		t.Errorf("%d answers, %d rejected, footer %+v, sum %d", len(file.Answers), len(file.Rejected), file.Footer, sum)
	}
}

// A member takes the own slip and nobody else's; who has no business here is turned away.
func TestPapersOverHTTP(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	o.answer(payroll.Answer{Row: 1, Member: 1, Deducted: 150_000})
	o.settle(true)
	server := o.open()
	member, err := o.FindFirstRecordByData("members", "number", 1)
	o.must(err)
	mine, treasurer, cashier := o.Token(member), o.Token(o.Operator(act.Treasurer)), o.Token(o.Operator(act.Cashier))
	get := func(token, path string) (int, []byte, http.Header) {
		t.Helper()
		request, err := http.NewRequest(http.MethodGet, server.URL+path, nil)
		o.must(err)
		request.Header.Set("Authorization", token)
		response, err := http.DefaultClient.Do(request)
		o.must(err)
		defer response.Body.Close()
		data, err := io.ReadAll(response.Body)
		o.must(err)
		return response.StatusCode, data, response.Header
	}
	sealed, err := payroll.SealedLists(act.Read(o), period)
	o.must(err)
	before := o.count("SELECT count(*) FROM acts")
	for _, c := range []struct {
		token, path string
		want        int
	}{
		{"", "/api/coop/me/deductions/2026-11/slip.pdf", 401}, {mine, "/api/coop/me/deductions/2026-11/slip.pdf", 200}, {mine, "/api/coop/me/deductions/2026-12/slip.pdf", 404},
		{mine, "/api/coop/me/deductions/2026-11/bill.pdf", 404}, {mine, "/api/coop/me/deductions/2026-11/x.pdf", 404}, {treasurer, "/api/coop/me/deductions/2026-11/slip.pdf", 403},
		{mine, "/api/coop/payroll/runs/2026-11/members/2/slip.pdf", 403}, {cashier, "/api/coop/payroll/runs/2026-11/members/2/slip.pdf", 403}, {treasurer, "/api/coop/payroll/runs/2026-11/members/2/slip.pdf", 200},
		{treasurer, "/api/coop/payroll/runs/2026-11/members/2/bill.pdf", 200}, {treasurer, "/api/coop/payroll/runs/2026-11/members/x/slip.pdf", 404},
		{mine, "/api/coop/payroll/runs/2026-11/bills", 403}, {treasurer, "/api/coop/payroll/runs/2026-11/money", 200}, {treasurer, "/api/coop/payroll/runs/2026-11/todo", 200}, {cashier, "/api/coop/payroll/layouts", 403},
		{"", "/daftar/" + sealed[0].Hash, 200}, {"", "/daftar/" + strings.Repeat("0", 64), 404}, {"", "/daftar/x", 404},
	} {
		status, data, head := get(c.token, c.path)
		if status != c.want {
			t.Errorf("%s: %d, want %d: %.200s", c.path, status, c.want, data)
		}
		if status == 200 && strings.HasSuffix(c.path, ".pdf") && (!bytes.HasPrefix(data, []byte("%PDF-")) || head.Get("Cache-Control") != "no-store") {
			t.Errorf("%s: %v", c.path, head)
		}
		if strings.HasPrefix(c.path, "/daftar/") && (bytes.Contains(data, []byte("Pegawai 1")) || bytes.Contains(data, []byte(nipOf(1)))) {
			t.Errorf("%s names members", c.path)
		}
	}
	for i, list := range sealed { // what one or two people are asked for is theirs
		_, data, _ := get("", "/daftar/"+list.Hash)
		if shown := bytes.Contains(data, []byte(list.Total.String())); shown != (list.Members >= 3) || bytes.Contains(data, []byte("kurang dari 3")) == shown {
			t.Errorf("%d: the sum of %d members is shown: %v\n%s", i, list.Members, shown, data)
		}
	}
	if o.count("SELECT count(*) FROM acts") != before+1 || o.count("SELECT count(*) FROM sightings WHERE member = 2 AND action = 'exported'") != 1 {
		t.Error("looking wrote more than who took papers of member 2 along")
	}
}

// A month put right, as a bookkeeper reads it: what was asked and answered, what was booked, and the difference
// that a corrected file posts beside it. The deducted amount is what counts, older arrears are in the list, and
// each slip adds up.
func TestAMonthPutRight(t *testing.T) {
	o := newOffice(t)
	o.hire(1, hired{max: 400_000})
	o.hire(2, hired{max: 1_000_000})
	o.owe(1, ledger.ItemMandatory, "2026-08-01", 50_000)
	o.owe(1, ledger.ItemMandatory, "2026-10-01", 50_000)
	o.owe(1, ledger.ItemStore, "2026-07-14", 120_000)
	o.owe(1, ledger.ItemStore, "2026-10-15", 130_000)
	o.owe(1, ledger.ItemVoluntary, "2026-10-01", 100_000)
	o.owe(2, ledger.ItemStore, "2026-10-02", 40_000)
	o.promise()
	var b strings.Builder
	slips := func(title string) {
		fmt.Fprintf(&b, "== %s\n%s\n%s\n", title, payroll.Slip("id", o.line(1)), payroll.Slip("id", o.line(2)))
	}
	journal := func(title string, from int64) (last int64) {
		fmt.Fprintf(&b, "== %s\n", title)
		o.must(act.Each(act.Read(o), `SELECT j.id, j.number, l.account, coalesce(p.ref, ''), l.amount FROM journal j JOIN journal_lines l ON l.entry = j.id LEFT JOIN parties p ON p.id = l.party
			WHERE j.kind = 'payroll' AND j.id > ? ORDER BY j.id, l.line`, []any{from}, func(row act.Scanner) error {
			var number, account int64
			var party string
			var amount money.Rupiah
			if err := row.Scan(&last, &number, &account, &party, &amount); err != nil {
				return err
			}
			debit, credit := amount.Format(), ""
			if amount < 0 {
				debit, credit = "", (-amount).Format()
			}
			fmt.Fprintf(&b, "PG %d  %d %-16s %12s %12s\n", number, account, party, debit, credit)
			return nil
		}))
		b.WriteString("\n")
		return last
	}
	slips("Diminta")
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 250_000, Reason: "insufficient_pay"}, payroll.Answer{Row: 3, Member: 2, Deducted: 45_000})
	o.settle(false)
	slips("Dibukukan menurut jawaban pertama")
	last := journal("Jurnal", 0)
	r := o.correct(payroll.Answer{Row: 2, Member: 1, Deducted: 370_000, Reason: "insufficient_pay"}, payroll.Answer{Row: 3, Member: 2, Deducted: 30_000, Reason: "other"})
	o.approve(r.Correction)
	slips("Sesudah berkas yang dibetulkan")
	journal("Jurnal koreksi", last)
	fmt.Fprintf(&b, "== Masih terutang\n0001 %s\n0002 %s\n", o.balance(1, ledger.StoreReceivable).Format(), o.balance(2, ledger.StoreReceivable).Format())
	checkGolden(t, "correction.golden", b.String())
	o.verify()
}

// A row of a corrected file that nobody knows is kept like one of the first answer, once; when it is given to a line
// that was booked, a second person posts it.
func TestARowOfACorrectionWithoutAnOwner(t *testing.T) {
	o, _ := threeAndOne(t)
	o.promise()
	o.answer(payroll.Answer{Row: 2, Member: 1, Deducted: 150_000})
	o.settle(true)
	lost := payroll.Answer{Row: 3, NIP: "199205082023082001", Deducted: 40_000}
	file := payroll.File{Answers: []payroll.Answer{{Row: 2, Member: 1, Deducted: 150_000}, lost}}
	v, err := payroll.PreviewCorrection(o, period, file)
	o.must(err)
	if v.Ownerless != 1 || v.Lost != 40_000 || v.Corrections != 0 || len(v.Missing) != 0 {
		t.Errorf("%+v", v)
	}
	rows := func() []payroll.Unmatched {
		rows, err := payroll.UnmatchedOf(act.Read(o), period)
		o.must(err)
		return rows
	}
	for range 2 { // the same file again tells of the same money
		if r := o.correct(file.Answers...); r.Correction != 0 || len(r.Rejected) != 1 {
			t.Errorf("%+v", r)
		}
	}
	if all := rows(); len(all) != 1 || all[0].Amount != 40_000 || all[0].Row != 3 || all[0].Code != "payroll.member_unknown" {
		t.Fatalf("%+v", all)
	}
	lost.Deducted = 45_000
	o.correct(lost)
	if all := rows(); len(all) != 2 || all[0].Amount != 45_000 || all[0].Decision != "" || all[1].Decision != "dismissed" {
		t.Fatalf("a newer amount of the same person: %+v", all)
	}
	give := func(row, number int64) error {
		_, _, err := payroll.DecideUnmatched(ctx, o, ulid.New(), treasurer, payroll.UnmatchedDecision{Period: period, Unmatched: row, Member: number}, "")
		return err
	}
	row := rows()[0].ID
	o.refused(give(row, 999), "member.unknown")
	o.must(give(row, 2))
	o.refused(give(row, 2), "payroll.unmatched_waiting")
	all := rows()
	if all[0].Decision != "waiting" || all[0].Member != 2 || o.line(2).Deducted != 0 {
		t.Errorf("%+v", all)
	}
	todo, err := payroll.TodosOf(act.Read(o), period)
	o.must(err)
	if slices.ContainsFunc(todo, func(t payroll.Todo) bool { return t.Code == "unmatched" }) {
		t.Errorf("%+v", todo)
	}
	_, _, err = payroll.RefuseCorrection(ctx, o, ulid.New(), manager, payroll.CorrectionStep{Period: period, Correction: all[0].Correction}, "bukan dia")
	o.must(err)
	if again := rows(); again[0].Decision != "" || again[0].Member != 0 {
		t.Errorf("refused, and still given: %+v", again[0])
	}
	o.must(give(row, 2))
	o.approve(rows()[0].Correction)
	if all := rows(); all[0].Decision != "matched" || all[0].Member != 2 || o.line(2).Deducted != 45_000 {
		t.Errorf("%+v, %+v", all, o.line(2))
	}
	o.refused(give(row, 2), "payroll.unmatched_decided")
	o.verify()
	// The officer says it once more, with more: only what is new is added to the line.
	lost.Deducted = 50_000
	o.correct(lost)
	newest := slices.MaxFunc(rows(), func(a, b payroll.Unmatched) int { return int(a.ID - b.ID) })
	o.must(give(newest.ID, 2))
	o.approve(slices.MaxFunc(rows(), func(a, b payroll.Unmatched) int { return int(a.Correction - b.Correction) }).Correction)
	if o.line(2).Deducted != 50_000 {
		t.Errorf("%+v", o.line(2))
	}
	o.verify()
}
