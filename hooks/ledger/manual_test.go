package ledger_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"pgregory.net/rapid"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
)

// bureau is a co-op with the people who keep its books.
type bureau struct {
	*testapp.App
	treasurer, other, manager act.Actor
}

func newBureau(t testing.TB) *bureau {
	app := testapp.New(t)
	return &bureau{app, testapp.By(app.Operator(act.Treasurer)), testapp.By(app.Operator(act.Treasurer)), testapp.By(app.Manager())}
}

func (d *bureau) save(by act.Actor, in ledger.DraftInput) (ledger.DraftView, error) {
	v, _, err := ledger.SaveDraft(context.Background(), d, ulid.New(), by, in)
	return v, err
}

type stepFunc = func(ctx context.Context, app core.App, key string, by act.Actor, s ledger.DraftStep) (ledger.DraftView, bool, error)

func (d *bureau) step(f stepFunc, by act.Actor, v ledger.DraftView, reason string) (ledger.DraftView, error) {
	after, _, err := f(context.Background(), d, ulid.New(), by, ledger.DraftStep{Draft: v.ID, Version: v.Version, Reason: reason})
	return after, err
}

func (d *bureau) must(v ledger.DraftView, err error) ledger.DraftView {
	d.T.Helper()
	if err != nil {
		d.T.Fatal(err)
	}
	return v
}

func (d *bureau) refused(err error, code string) {
	d.T.Helper()
	var f *fault.Fault
	if !errors.As(err, &f) {
		d.T.Errorf("got %v, want %s", err, code)
		return
	}
	in := []string{f.Code}
	for _, field := range f.Fields {
		in = append(in, field.Code)
	}
	if !slices.Contains(in, code) {
		d.T.Errorf("got %v, want %s", f, code)
	}
}

const (
	wages     = 6101
	utilities = 6102
)

func electricity(date clock.Date, amount money.Rupiah) ledger.DraftInput {
	return ledger.DraftInput{Date: date, Description: "Listrik bulan ini", Lines: []ledger.DraftLine{{Account: utilities, Debit: amount}, {Account: ledger.Bank, Credit: amount}}}
}

// What people wrote and who they are stands in the draft, which can be erased, and not in the answers, which
// are kept for good; a step that is sent again answers all the same.
func TestAnswersKeepNoWordsOfADraft(t *testing.T) {
	app := testapp.New(t)
	maker, checker := testapp.By(app.Operator(act.Treasurer)), testapp.By(app.Operator(act.Treasurer))
	in := ledger.DraftInput{Date: "2026-11-02", Description: "Honor Ibu Ratna", Lines: []ledger.DraftLine{{Account: 6102, Debit: 5_000}, {Account: ledger.Bank, Credit: 5_000}}}
	key := ulid.New()
	first, _, err := ledger.SaveDraft(context.Background(), app, key, maker, in)
	if err != nil {
		t.Fatal(err)
	}
	again, replayed, err := ledger.SaveDraft(context.Background(), app, key, maker, in)
	if err != nil || !replayed || again.ID != first.ID || again.Description != in.Description || len(again.Lines) != 2 {
		t.Errorf("%+v %v %v", again, replayed, err)
	}
	d, _, err := ledger.SubmitDraft(context.Background(), app, ulid.New(), maker, ledger.DraftStep{Draft: first.ID, Version: first.Version})
	if err != nil {
		t.Fatal(err)
	}
	if d, _, err = ledger.RefuseDraft(context.Background(), app, ulid.New(), checker, ledger.DraftStep{Draft: d.ID, Version: d.Version, Reason: "bukan Ibu Ratna"}); err != nil {
		t.Fatal(err)
	}
	gone := ulid.New()
	for _, want := range []bool{false, true} {
		if v, replayed, err := ledger.RemoveDraft(context.Background(), app, gone, maker, ledger.DraftStep{Draft: d.ID, Version: d.Version}); err != nil || replayed != want || v.ID != d.ID {
			t.Errorf("%+v %v %v", v, replayed, err)
		}
	}
	var telling int
	if err := act.Read(app).Row("SELECT count(*) FROM act_answers WHERE answer LIKE '%Ratna%' OR answer LIKE '%Petugas%'").Scan(&telling); err != nil || telling != 0 {
		t.Errorf("%d answers tell names: %v", telling, err)
	}
}

func TestOneMakesAnotherApproves(t *testing.T) {
	d := newBureau(t)
	v := d.must(d.save(d.treasurer, electricity("2026-11-02", 450_000)))
	if v.State != ledger.Drafted || !v.May.Edit || v.Debit != 450_000 || v.Credit != 450_000 || v.Lines[0].Name == "" {
		t.Errorf("a draft: %+v", v)
	}
	v = d.must(d.step(ledger.SubmitDraft, d.treasurer, v, ""))
	_, err := d.step(ledger.ApproveDraft, d.treasurer, v, "")
	d.refused(err, "ledger.same_person")
	keyed := d.Operator(act.Treasurer)
	keyed.Set("keyed_by", d.treasurer.ID)
	if err := d.Save(keyed); err != nil {
		t.Fatal(err)
	}
	_, err = d.step(ledger.ApproveDraft, testapp.By(keyed), v, "")
	d.refused(err, "ledger.keyed_by_maker")
	_, err = d.save(d.other, ledger.DraftInput{Draft: v.ID, Version: v.Version, Date: v.Date, Description: "lain"})
	d.refused(err, "ledger.draft_state") // what waits stands still

	// The maker takes it back and changes it: what the checker saw is no more.
	seen := v
	v = d.must(d.step(ledger.WithdrawDraft, d.treasurer, v, ""))
	changed := electricity("2026-11-02", 460_000)
	changed.Draft, changed.Version = v.ID, v.Version
	v = d.must(d.save(d.treasurer, changed))
	v = d.must(d.step(ledger.SubmitDraft, d.treasurer, v, ""))
	_, err = d.step(ledger.ApproveDraft, d.manager, seen, "")
	d.refused(err, "ledger.draft_changed")

	_, err = d.step(ledger.RefuseDraft, d.manager, v, " ")
	d.refused(err, "input.required")
	v = d.must(d.step(ledger.RefuseDraft, d.manager, v, "buktinya belum ada"))
	if v.State != ledger.Refused || v.Reason != "buktinya belum ada" || v.DecidedBy == nil || v.DecidedBy.Role != act.Manager {
		t.Errorf("refused: %+v", v)
	}
	v, _, err = ledger.AddVoucher(context.Background(), d, ulid.New(), d.treasurer, v.ID, "nota listrik.PDF", []byte("%PDF-1.4\n%âãÏÓ\n"))
	if err != nil || len(v.Vouchers) != 1 {
		t.Fatalf("%+v %v", v, err)
	}
	_, _, err = ledger.AddVoucher(context.Background(), d, ulid.New(), d.treasurer, v.ID, "nota.pdf", []byte("<html>bukan bukti</html>"))
	d.refused(err, "ledger.voucher_type")
	v = d.must(d.step(ledger.SubmitDraft, d.treasurer, v, ""))
	v = d.must(d.step(ledger.ApproveDraft, d.manager, v, ""))
	if v.State != ledger.Approved || v.Number != "JU-2026/00001" || v.May.Edit || v.May.Remove {
		t.Errorf("approved: %+v", v)
	}
	e, err := ledger.EntryOf(act.Read(d), clock.Of(d), "id", v.Entry)
	if err != nil || e.Source != "ledger.approve_draft" || len(e.Lines) != 2 || e.Lines[1].Party != "Bank 1" {
		t.Errorf("the entry: %+v %v", e, err)
	}
	_, _, err = ledger.RemoveVoucher(context.Background(), d, ulid.New(), d.treasurer, v.ID, v.Vouchers[0])
	d.refused(err, "ledger.draft_state")
	for _, f := range []stepFunc{ledger.ApproveDraft, ledger.WithdrawDraft, ledger.RemoveDraft, ledger.SubmitDraft} {
		_, err = d.step(f, d.other, v, "")
		d.refused(err, "ledger.draft_state")
	}
	d.Verify()
}

// What a co-op forgot to open with comes in late, by hand against the opening account, by two persons.
func TestAForgottenBalanceComesLateByTwo(t *testing.T) {
	d := newBureau(t)
	v := d.must(d.save(d.treasurer, ledger.DraftInput{Date: "2026-11-02", Description: "rak yang terlewat", Lines: []ledger.DraftLine{
		{Account: ledger.Cash, Debit: 250_000}, {Account: ledger.OpeningBalance, Credit: 250_000}}}))
	v = d.must(d.step(ledger.SubmitDraft, d.treasurer, v, ""))
	_, err := d.step(ledger.ApproveDraft, d.treasurer, v, "")
	d.refused(err, "ledger.same_person")
	if v = d.must(d.step(ledger.ApproveDraft, d.other, v, "")); v.Entry == 0 {
		t.Errorf("%+v", v)
	}
	silent(t, d)
}

func TestWhatADraftMayHold(t *testing.T) {
	d := newBureau(t)
	line := func(account int, debit, credit money.Rupiah, party ...string) ledger.DraftLine {
		l := ledger.DraftLine{Account: account, Debit: debit, Credit: credit}
		if len(party) > 0 {
			l.Party = party[0]
		}
		return l
	}
	for name, c := range map[string]struct {
		lines []ledger.DraftLine
		code  string
	}{
		"members' savings":       {[]ledger.DraftLine{line(ledger.PrincipalSavings, 5, 0)}, "ledger.account_protected"},
		"goods on the shelf":     {[]ledger.DraftLine{line(ledger.Inventory, 5, 0)}, "ledger.account_protected"},
		"sales":                  {[]ledger.DraftLine{line(ledger.MemberSales, 0, 5)}, "ledger.account_protected"},
		"an account of nobody's": {[]ledger.DraftLine{line(9999, 5, 0)}, "ledger.account_unknown"},
		"both sides":             {[]ledger.DraftLine{line(ledger.Cash, 5, 5)}, "ledger.draft_sides"},
		"less than nothing":      {[]ledger.DraftLine{line(ledger.Cash, -5, 0)}, "ledger.draft_amount"},
		"a bank nobody knows":    {[]ledger.DraftLine{line(ledger.Bank, 5, 0, "bank:3")}, "ledger.party_unknown"},
		"a member nobody knows":  {[]ledger.DraftLine{line(6203, 5, 0, "member:999")}, "ledger.party_unknown"},
		"a party of no kind":     {[]ledger.DraftLine{line(6203, 5, 0, "ghost:1")}, "ledger.party_unknown"},
		"far too many lines":     {make([]ledger.DraftLine, 201), "ledger.draft_lines"},
	} {
		_, err := d.save(d.treasurer, ledger.DraftInput{Date: "2026-11-02", Lines: c.lines})
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		d.refused(err, c.code)
	}
	// A bank account of the list is known before its first entry.
	d.Record("bank_accounts", map[string]any{"number": 2, "name": "Bank kedua"})
	d.must(d.save(d.treasurer, ledger.DraftInput{Date: "2026-11-02", Lines: []ledger.DraftLine{line(ledger.Bank, 5, 0, "bank:2"), line(ledger.Bank, 0, 5)}}))
	unready := func(in ledger.DraftInput, code string) {
		t.Helper()
		v := d.must(d.save(d.treasurer, in))
		_, err := d.step(ledger.SubmitDraft, d.treasurer, v, "")
		d.refused(err, code)
	}
	tilted := electricity("2026-11-02", 100)
	tilted.Lines[0].Debit = 99
	unready(tilted, "ledger.unbalanced")
	unready(electricity("2026-11-04", 100), "ledger.draft_future")
	silent := electricity("2026-11-02", 100)
	silent.Description = "  "
	unready(silent, "input.required")
	if _, _, err := ledger.ClosePeriod(context.Background(), d, ulid.New(), act.ByConsole, "2026-10"); err != nil {
		t.Fatal(err)
	}
	unready(electricity("2026-10-31", 100), "ledger.period_closed")
	// The ledger itself refuses it too, whoever asks.
	err := try(d, "by-hand-01", func(tx *act.Tx) error {
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindManual, Date: "2026-11-02", Lines: []ledger.Line{ledger.Dr(ledger.Inventory, 5), ledger.Cr(ledger.Cash, 5)}})
		return err
	})
	d.refused(err, "ledger.account_protected")
	d.Verify()
}

func (d *bureau) posted(in ledger.DraftInput) ledger.DraftView {
	d.T.Helper()
	v := d.must(d.save(d.treasurer, in))
	v = d.must(d.step(ledger.SubmitDraft, d.treasurer, v, ""))
	return d.must(d.step(ledger.ApproveDraft, d.manager, v, ""))
}

func (d *bureau) reverse(entry int64, on clock.Date) (ledger.DraftView, error) {
	v, _, err := ledger.ProposeReversal(context.Background(), d, ulid.New(), d.treasurer, entry, ledger.ReversalInput{Date: on, Reason: "dobel"})
	return v, err
}

func TestAnEntryByHandIsReversedOnceByTwo(t *testing.T) {
	d := newBureau(t)
	v := d.posted(electricity("2026-11-02", 450_000))
	sale := post(t, d, "a-sale-001", ledger.KindSale, "2026-11-02", ledger.Dr(ledger.Cash, 5), ledger.Cr(ledger.PublicSales, 5))
	_, err := d.reverse(sale.Entry, "2026-11-03")
	d.refused(err, "ledger.reversal_elsewhere")
	_, err = d.reverse(99, "2026-11-03")
	d.refused(err, "ledger.entry_unknown")
	for _, date := range []clock.Date{"2026-11-01", "2026-11-04"} {
		_, err = d.reverse(v.Entry, date)
		d.refused(err, "ledger.reversal_date")
	}
	r := d.must(d.reverse(v.Entry, "2026-11-03"))
	if r.State != ledger.Submitted || r.Reverses != v.Entry || r.ReversesNo != v.Number || r.Lines[0].Credit != 450_000 {
		t.Errorf("%+v", r)
	}
	_, err = d.reverse(v.Entry, "2026-11-03")
	d.refused(err, "ledger.reversal_waiting")
	_, err = d.step(ledger.ApproveDraft, d.treasurer, r, "")
	d.refused(err, "ledger.same_person")
	r = d.must(d.step(ledger.WithdrawDraft, d.treasurer, r, ""))
	_, err = d.step(ledger.SubmitDraft, d.treasurer, r, "")
	d.refused(err, "ledger.draft_reversal")
	d.must(d.step(ledger.RemoveDraft, d.treasurer, r, ""))
	r = d.must(d.reverse(v.Entry, "2026-11-03"))
	r = d.must(d.step(ledger.ApproveDraft, d.other, r, ""))
	if r.Number != "BL-2026/00001" {
		t.Errorf("%+v", r)
	}
	_, err = d.reverse(v.Entry, "2026-11-03")
	d.refused(err, "ledger.reversed_already")
	_, err = d.reverse(r.Entry, "2026-11-03")
	d.refused(err, "ledger.reversal_of_reversal")
	if balance, err := ledger.AccountBalance(act.Read(d), utilities); err != nil || balance != 0 {
		t.Errorf("the account holds %d (%v)", balance, err)
	}
	d.Verify()
}

func TestASoftClosedMonthIsTheOffices(t *testing.T) {
	d := newBureau(t)
	ctx := context.Background()
	if _, _, err := ledger.SoftClosePeriod(ctx, d, ulid.New(), d.treasurer, "2026-11"); err == nil {
		t.Error("the month that runs was soft-closed")
	}
	if _, _, err := ledger.SoftClosePeriod(ctx, d, ulid.New(), d.treasurer, "2026-10"); err != nil {
		t.Fatal(err)
	}
	sell := func(by act.Actor) error {
		_, _, err := act.Do(ctx, d, act.Act{Kind: "test.sell", Key: ulid.New(), By: by}, func(tx *act.Tx) (bool, error) {
			_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: "2026-10-31", Lines: []ledger.Line{ledger.Dr(ledger.Cash, 5), ledger.Cr(ledger.PublicSales, 5)}})
			return true, err
		})
		return err
	}
	for _, role := range []act.Role{act.Cashier, act.Storekeeper} {
		d.refused(sell(testapp.By(d.Operator(role))), "ledger.period_soft")
	}
	d.refused(sell(act.BySystem), "ledger.period_soft")
	// What Go would let through, the books themselves refuse.
	_, _, err := act.Do(ctx, d, act.Act{Kind: "test.raw", Key: ulid.New(), By: act.BySystem}, func(tx *act.Tx) (bool, error) {
		return true, tx.Exec("INSERT INTO journal(id, kind, year, number, date, period, at, act) VALUES(1, 'sale', 2026, 1, '2026-10-31', '2026-10', 0, ?)", tx.ID())
	})
	if err == nil {
		t.Error("the system wrote into a soft-closed month")
	}
	v := d.posted(electricity("2026-10-31", 450_000))
	waiting := d.must(d.save(d.treasurer, electricity("2026-10-30", 1000)))
	waiting = d.must(d.step(ledger.SubmitDraft, d.treasurer, waiting, ""))
	_, _, err = ledger.ClosePeriod(ctx, d, ulid.New(), d.treasurer, "2026-10")
	d.refused(err, "ledger.period_drafts")
	d.must(d.step(ledger.RefuseDraft, d.manager, waiting, "tidak jadi"))
	if _, _, err := ledger.ClosePeriod(ctx, d, ulid.New(), d.treasurer, "2026-10"); err != nil {
		t.Fatal(err)
	}
	_, err = d.save(d.treasurer, electricity("2026-10-31", 1))
	if err != nil { // drafts may be written; posting is refused
		t.Error(err)
	}
	if _, _, err := ledger.ReopenPeriod(ctx, d, ulid.New(), d.manager, "2026-10", "nota tercecer"); err != nil {
		t.Fatal(err)
	}
	all, err := ledger.Closings(act.Read(d), clock.Of(d), "id")
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v %v", all, err)
	}
	hash, seq, err := ledger.Head(act.Read(d))
	if err != nil || all[0].Action != "reopen" || all[0].Reason != "nota tercecer" || all[1].Action != "close" || all[1].Seq != seq || all[1].Hash != fmt.Sprintf("%x", hash) || all[2].Seq != seq-1 {
		t.Errorf("%+v, head %d (%v), entry %d", all, seq, err, v.Entry)
	}
	d.Verify()
}

// Any history of entries by hand, approvals, reversals, and months that close and open again leaves books that
// verify: sums, chain, numbers without gaps, kept balances and those of parties.
func TestAnyHistoryByHandVerifies(t *testing.T) {
	d := newBureau(t)
	h := &manualHistory{bureau: d}
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		for range rapid.IntRange(1, 5).Draw(t, "acts") {
			if err := h.step(t); err != nil && !fault.IsFault(err) {
				t.Fatal(err)
			}
		}
		if n++; n%25 != 0 { // verifying is the slow part
			return
		}
		report, err := ledger.Verify(context.Background(), d, nil)
		if err != nil || !report.OK {
			t.Fatalf("%+v, %v", report, err)
		}
	})
	if h.posted == 0 {
		t.Error("nothing was posted")
	}
	d.Verify()
}

type manualHistory struct {
	*bureau
	waiting []ledger.DraftView
	entries []int64
	posted  int
}

func (h *manualHistory) step(t *rapid.T) error {
	ctx := context.Background()
	by := rapid.SampledFrom([]act.Actor{h.treasurer, h.other, h.manager}).Draw(t, "by")
	date := clock.Date("2026-08-15").Add(rapid.IntRange(0, 79).Draw(t, "date"))
	switch rapid.IntRange(0, 6).Draw(t, "step") {
	case 0, 1, 2:
		v, err := h.save(by, ledger.DraftInput{Date: date, Description: "Sejarah", Lines: drawSides(t)})
		if err != nil {
			return err
		}
		if v, err = h.step2(ledger.SubmitDraft, by, v); err == nil {
			h.waiting = append(h.waiting, v)
		}
		return err
	case 3, 4:
		if len(h.waiting) == 0 {
			return nil
		}
		i := rapid.IntRange(0, len(h.waiting)-1).Draw(t, "which")
		v, err := h.step2(rapid.SampledFrom([]stepFunc{ledger.ApproveDraft, ledger.ApproveDraft, ledger.RefuseDraft, ledger.WithdrawDraft}).Draw(t, "verdict"), by, h.waiting[i])
		if err != nil {
			return err
		}
		h.waiting = slices.Delete(h.waiting, i, i+1)
		if v.State == ledger.Approved {
			h.posted++
			h.entries = append(h.entries, v.Entry)
		}
		return nil
	case 5:
		if len(h.entries) == 0 {
			return nil
		}
		v, err := h.bureau.reverse(rapid.SampledFrom(h.entries).Draw(t, "entry"), date)
		if err == nil {
			h.waiting = append(h.waiting, v)
		}
		return err
	}
	period := clock.Period(rapid.SampledFrom([]string{"2026-08", "2026-09", "2026-10"}).Draw(t, "period"))
	var err error
	switch rapid.IntRange(0, 3).Draw(t, "month") {
	case 0:
		_, _, err = ledger.SoftClosePeriod(ctx, h, ulid.New(), by, period)
	case 1:
		_, _, err = ledger.ClosePeriod(ctx, h, ulid.New(), by, period)
	default:
		_, _, err = ledger.ReopenPeriod(ctx, h, ulid.New(), h.manager, period, "sebab")
	}
	return err
}

func (h *manualHistory) step2(f stepFunc, by act.Actor, v ledger.DraftView) (ledger.DraftView, error) {
	return h.bureau.step(f, by, v, "sebab")
}

// drawSides draws lines that balance, over accounts that take entries by hand.
func drawSides(t *rapid.T) (lines []ledger.DraftLine) {
	var sum money.Rupiah
	for range rapid.IntRange(1, 5).Draw(t, "lines") {
		amount := money.Rupiah(rapid.Int64Range(1, 9_000_000_000).Draw(t, "amount"))
		l := ledger.DraftLine{Account: rapid.SampledFrom([]int{ledger.Cash, ledger.Bank, wages, utilities, prepaid}).Draw(t, "account")}
		if rapid.Bool().Draw(t, "debit") {
			l.Debit, sum = amount, sum+amount
		} else {
			l.Credit, sum = amount, sum-amount
		}
		lines = append(lines, l)
	}
	return append(lines, ledger.DraftLine{Account: 7101, Debit: max(-sum, 0), Credit: max(sum, 0)})
}

// The chart follows its rules whoever edits it: acts through their routes, managers in the dashboard too.
func TestTheChartIsEditedUntilUsed(t *testing.T) {
	d := newBureau(t)
	ctx := context.Background()
	add := func(in ledger.AccountInput) (ledger.AccountView, error) {
		v, _, err := ledger.AddAccount(ctx, d, ulid.New(), d.treasurer, in)
		return v, err
	}
	change := func(code int, in ledger.AccountInput) error {
		_, _, err := ledger.ChangeAccount(ctx, d, ulid.New(), d.treasurer, code, in)
		return err
	}
	canteen := ledger.AccountInput{Code: 6190, Name: "Beban kantin", NameEn: "Canteen", Kind: "expense"}
	if v, err := add(canteen); err != nil || v.Reserved || v.Used || v.Protected != "" {
		t.Fatalf("%+v %v", v, err)
	}
	_, err := add(canteen)
	d.refused(err, "ledger.account_taken")
	_, err = add(ledger.AccountInput{Code: 12, Name: " ", Kind: "thing"})
	d.refused(err, "template.account_code")
	moved := canteen
	moved.Code = 6191
	if err := change(6190, moved); err != nil {
		t.Errorf("unused, it moves: %v", err)
	}
	d.posted(ledger.DraftInput{Date: "2026-11-02", Description: "Kantin", Lines: []ledger.DraftLine{{Account: 6191, Debit: 500}, {Account: ledger.Cash, Credit: 500}}})
	d.refused(change(6191, canteen), "guard.account_used")
	moved.Closed = true
	d.refused(change(6191, moved), "ledger.account_balance")
	d.posted(ledger.DraftInput{Date: "2026-11-02", Description: "Kembali", Lines: []ledger.DraftLine{{Account: 6191, Credit: 500}, {Account: ledger.Cash, Debit: 500}}})
	moved.Name = "Beban kantin lama"
	if err := change(6191, moved); err != nil {
		t.Errorf("empty, it closes: %v", err)
	}
	_, err = d.save(d.treasurer, ledger.DraftInput{Date: "2026-11-02", Lines: []ledger.DraftLine{{Account: 6191, Debit: 5}}})
	d.refused(err, "ledger.account_closed")
	d.refused(change(ledger.Cash, ledger.AccountInput{Code: ledger.Cash, Name: "Kas", Kind: "asset", Closed: true}), "ledger.account_reserved")
	d.refused(change(ledger.MemberSales, ledger.AccountInput{Code: 4110, Name: "Penjualan", Kind: "income"}), "ledger.account_reserved")
	if err := change(ledger.Cash, ledger.AccountInput{Code: ledger.Cash, Name: "Kas kantor", Kind: "asset"}); err != nil {
		t.Error(err)
	}
	record, err := d.FindFirstRecordByData("accounts", "account", ledger.ConsignorPayable)
	if err != nil {
		t.Fatal(err)
	}
	d.refused(d.Delete(record), "ledger.account_reserved")
	record.Set("party_kind", "")
	d.refused(d.Save(record), "ledger.account_reserved")
	for _, state := range []string{"draft", "approved"} {
		c, err := d.FindCollectionByNameOrId("journal_drafts")
		if err != nil {
			t.Fatal(err)
		}
		forged := core.NewRecord(c)
		forged.Load(map[string]any{"state": state, "date": "2026-11-02", "lines": json.RawMessage("[]")})
		d.refused(d.Save(forged), "guard.draft_by_act")
	}
	d.Verify()
}

// What was approved can't be swapped afterwards, nor can who approved it: drafts are records, so verify looks.
func TestATouchedDraftIsFound(t *testing.T) {
	d := newBureau(t)
	v := d.posted(electricity("2026-11-02", 450_000))
	for script, says := range map[string]string{
		"UPDATE journal_drafts SET lines = replace(lines, '450000', '45000')": "verify.draft_lines",
		"UPDATE journal_drafts SET makers = '[\"" + d.manager.ID + "\"]'":     "verify.draft_same_person",
		"UPDATE journal_drafts SET decided_by = '" + d.treasurer.ID + "'":     "verify.draft_astray",
		"UPDATE journal_drafts SET date = '2026-11-01'":                       "verify.draft_astray",
		"UPDATE journal_drafts SET state = 'draft'":                           "verify.draft_missing",
		"DELETE FROM journal_drafts":                                          "verify.draft_missing",
	} {
		err := d.RunInTransaction(func(txApp core.App) error {
			if _, err := txApp.DB().NewQuery(script).Execute(); err != nil {
				return err
			}
			want := ledger.Finding(ledger.InLanguage(context.Background(), "en"), says, map[string]any{"entry": v.Entry})
			for _, c := range ledger.Checks(txApp) {
				if c.Name != "by-hand" {
					continue
				}
				_, found, err := c.Run(ledger.InLanguage(context.Background(), "en"), act.Read(txApp))
				if err != nil || !slices.Contains(found, want) {
					t.Errorf("%s: %v %v, want %q", script, found, err, want)
				}
			}
			return errors.New("undo")
		})
		if err == nil || err.Error() != "undo" {
			t.Error(err)
		}
	}
	d.Verify()
}
