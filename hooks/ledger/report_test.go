package ledger_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// owner is whose goods busy sells on consignment.
var owner = book.Of(book.Consignor, 4)

// busy is a co-op with more than two blocks of entries, on dates that do not follow the chain.
func busy(t *testing.T) *testapp.App {
	t.Helper()
	app, chance := testapp.New(t), rand.New(rand.NewPCG(4, 10))
	for i := range 220 { // five entries an act: the writing is the slow part
		must(t, app, fmt.Sprintf("busy-%05d", i), func(tx *act.Tx) error {
			for range 5 {
				date := clock.Date("2026-08-20").Add(chance.IntN(70))
				amount, who := money.Rupiah(1+chance.Int64N(90_000)), ledger.MemberParty(1+chance.Int64N(9))
				debit, credit := ledger.Dr(ledger.DepositHeld, amount, who), ledger.Cr(ledger.MemberSales, amount, who)
				switch chance.IntN(6) {
				case 0:
					debit = ledger.Dr(ledger.Cash, amount)
				case 1:
					debit = ledger.Dr(ledger.Bank, amount, ledger.MainBank)
				case 2:
					debit = ledger.Dr(ledger.QRISSettling, amount, ledger.MainBank)
				case 3:
					credit = ledger.Cr(ledger.VoluntarySavings, amount, who)
				case 4:
					credit = ledger.Cr(ledger.ConsignorPayable, amount, owner)
				}
				if chance.IntN(50) == 0 {
					debit = ledger.Dr(prepaid, amount)
				}
				if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: date, Lines: []ledger.Line{debit, credit}}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return app
}

// naive is what a report must say, by reading every line.
func naive(t *testing.T, app *testapp.App, where string, args ...any) (lines []ledger.BookLine) {
	t.Helper()
	balances := map[int]money.Rupiah{}
	err := act.Each(act.Read(app), `SELECT j.date, l.entry, l.account, l.amount FROM journal_lines l JOIN journal j ON j.id = l.entry LEFT JOIN parties p ON p.id = l.party
		WHERE `+where+` ORDER BY j.date, l.entry, l.line`, args, func(row act.Scanner) error {
		var l ledger.BookLine
		var amount money.Rupiah
		err := row.Scan(&l.Date, &l.Entry, &l.Account, &amount)
		balances[l.Account] += amount
		l.Debit, l.Credit, l.Balance = max(amount, 0), max(-amount, 0), balances[l.Account]
		lines = append(lines, l)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// sameLines compares what counts of two lists.
func sameLines(t *testing.T, what string, got, want []ledger.BookLine) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d lines, want %d", what, len(got), len(want))
		return
	}
	for i, w := range want {
		g := got[i]
		if g.Date != w.Date || g.Entry != w.Entry || g.Account != w.Account || g.Debit != w.Debit || g.Credit != w.Credit || g.Balance != w.Balance {
			t.Fatalf("%s, line %d: %+v, want %+v", what, i, g, w)
		}
	}
}

func inRange(lines []ledger.BookLine, in ledger.Range) (some []ledger.BookLine) {
	for _, l := range lines {
		if l.Date >= in.From && l.Date <= in.To {
			some = append(some, l)
		}
	}
	return some
}

// Whatever the range and the size of a page: the pages of a report are what reading every line gives.
func TestReportsAreWhatTheLinesSay(t *testing.T) {
	app := busy(t)
	silent(t, app)
	r := ledger.ReportsOf(act.Read(app), clock.Of(app), "en")
	for _, in := range []ledger.Range{{From: "2026-01-01", To: "2026-12-31"}, {From: "2026-09-01", To: "2026-09-30"}, {From: "2026-08-25", To: "2026-10-11"}, {From: "2026-10-05", To: "2026-10-05"}, {From: "2026-10-06", To: "2026-10-05"}} {
		for _, account := range []int{ledger.Cash, ledger.MemberSales, prepaid, ledger.Bank} {
			all := naive(t, app, "l.account = ?", account)
			want := inRange(all, in)
			var got []ledger.BookLine
			for cut := (ledger.Cut{Limit: 97}); ; {
				card, err := r.Card(account, in, cut)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, card.Lines...)
				if len(want) > 0 && (card.Closing != want[len(want)-1].Balance || card.Opening != want[0].Balance-want[0].Debit+want[0].Credit) {
					t.Errorf("%d in %v opens with %d and closes with %d", account, in, card.Opening, card.Closing)
				}
				if cut.After = card.Next; card.Next == "" {
					break
				}
			}
			sameLines(t, fmt.Sprint("account ", account, " in ", in), got, want)
		}
		for _, c := range []struct {
			who     ledger.Party
			account int
			where   string
		}{{ledger.MemberParty(3), 0, "p.kind = 'member' AND p.ref = '3'"}, {ledger.MainBank, 0, "p.kind = 'bank' AND p.ref = '1'"},
			{ledger.MainBank, ledger.Bank, "p.kind = 'bank' AND p.ref = '1' AND l.account = 1111"}, {book.Of(book.Bank, 9), 0, "false"},
			{owner, 0, "p.kind = 'consignor' AND p.ref = '4'"}} {
			all := naive(t, app, c.where)
			var got []ledger.BookLine
			for cut := (ledger.Cut{Limit: 83}); ; {
				card, err := r.Party(c.who, c.account, in, cut)
				if err != nil {
					t.Fatal(err)
				}
				sameTotals(t, card, all)
				got = append(got, card.Lines...)
				if cut.After = card.Next; card.Next == "" {
					break
				}
			}
			sameLines(t, fmt.Sprint(c.who, " on ", c.account, " in ", in), got, inRange(all, in))
		}
	}
	for _, in := range []ledger.Range{{From: "2026-08-25", To: "2026-09-08"}, {From: "2026-10-28", To: "2026-12-31"}, {From: "2026-10-06", To: "2026-10-05"}} {
		journalIsWhole(t, app, in)
	}
	for _, on := range []clock.Date{"2026-08-19", "2026-08-31", "2026-09-17", "2026-10-28", "2026-12-31"} {
		want := map[int]money.Rupiah{}
		for _, l := range naive(t, app, "j.date <= ?", string(on)) {
			want[l.Account] += l.Debit - l.Credit
		}
		trial, err := ledger.TrialBalance(act.Read(app), on)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range trial {
			if l.Debit-l.Credit != want[l.Account] {
				t.Errorf("on %s account %d has %d, want %d", on, l.Account, l.Debit-l.Credit, want[l.Account])
			}
			delete(want, l.Account)
		}
		for account, amount := range want {
			if amount != 0 {
				t.Errorf("on %s account %d is missing with %d", on, account, amount)
			}
		}
	}
}

// sameTotals: a card's accounts open, move and close as the lines of all time say.
func sameTotals(t *testing.T, card ledger.PartyCard, all []ledger.BookLine) {
	t.Helper()
	want := map[int]ledger.PartyTotal{}
	for _, l := range all {
		w := want[l.Account]
		if l.Date < card.From && l.Date <= card.To {
			w.Opening += l.Debit - l.Credit
		} else if l.Date <= card.To {
			w.Debit, w.Credit = w.Debit+l.Debit, w.Credit+l.Credit
		}
		w.Closing = w.Opening + w.Debit - w.Credit
		want[l.Account] = w
	}
	for _, got := range card.Accounts {
		if w := want[got.Account]; got.Opening != w.Opening || got.Debit != w.Debit || got.Credit != w.Credit || got.Closing != w.Closing {
			t.Errorf("%s on %d in %v: %+v, want %+v", card.Party, got.Account, card.Range, got, w)
		}
		delete(want, got.Account)
	}
	for account, w := range want {
		if w.Closing != 0 || w.Debit != 0 {
			t.Errorf("%s lacks account %d in %v: %+v", card.Party, account, card.Range, w)
		}
	}
}

// journalIsWhole: every entry of a range once, by date, and the sum is theirs.
func journalIsWhole(t *testing.T, app *testapp.App, in ledger.Range) {
	t.Helper()
	var want []int64
	var sum money.Rupiah
	for _, l := range inRange(naive(t, app, "true"), in) {
		sum += l.Debit
		if len(want) == 0 || want[len(want)-1] != l.Entry {
			want = append(want, l.Entry)
		}
	}
	var got []int64
	r := ledger.ReportsOf(act.Read(app), clock.Of(app), "en")
	for cut := (ledger.Cut{Limit: 41}); ; {
		page, err := r.Journal(in, cut)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.Entries {
			got = append(got, e.ID)
		}
		if page.Sum != sum {
			t.Errorf("the journal of %v sums to %d, want %d", in, page.Sum, sum)
		}
		if cut.After = page.Next; page.Next == "" {
			break
		}
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the journal of %v is %d entries, want %d, by date", in, len(got), len(want))
	}
}

// What members owe falls into four parts by its age, and sums to their accounts.
func TestReceivablesByAge(t *testing.T) {
	app := testapp.New(t)
	app.Record("members", map[string]any{"number": 846, "name": "=Rina()", "status": "active"})
	for i, debt := range []struct {
		member int64
		date   clock.Date
		amount money.Rupiah
	}{{846, "2026-11-03", 1}, {846, "2026-10-04", 2}, {846, "2026-10-03", 4}, {846, "2026-09-04", 8}, {846, "2026-09-03", 16}, {846, "2026-08-05", 32}, {846, "2026-08-04", 64}, {847, "2026-11-01", 128}, {12, "2026-01-01", 256}} {
		must(t, app, fmt.Sprintf("debt-%04d", i), func(tx *act.Tx) error { return buy(tx, debt.member, debt.date, debt.amount) })
	}
	r := ledger.ReportsOf(act.Read(app), clock.Of(app), "en")
	first, err := r.Receivables("2026-11-03", 0, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.AgedMember{{Member: 12, Sum: 256, AgedAmounts: ledger.AgedAmounts{Over: 256}}, {Member: 846, Name: "=Rina()", Sum: 127, AgedAmounts: ledger.AgedAmounts{To30: 3, To60: 12, To90: 48, Over: 64}}}
	if fmt.Sprint(first.Members) != fmt.Sprint(want) || first.Next != 846 || first.Total != (ledger.AgedAmounts{To30: 131, To60: 12, To90: 48, Over: 320}) {
		t.Errorf("%+v", first)
	}
	second, err := r.Receivables("2026-11-03", first.Next, 2)
	if err != nil || len(second.Members) != 1 || second.Members[0].Sum != 128 || second.Next != 0 {
		t.Errorf("%+v (%v)", second, err)
	}
}

// What was owed on any date is what remained of each item then, by the dates of the entries; together it is what the
// accounts said, and the last day's is what is owed now. Items may be owed since before or after they were booked.
func TestReceivablesOnAnyDate(t *testing.T) {
	app := testapp.New(t)
	var members []int64
	for _, name := range []string{"Ani", "Budi", "Cici"} {
		members = append(members, int64(app.Member(name).GetInt("number")))
	}
	type change struct {
		member    int64
		since, on clock.Date
		amount    money.Rupiah
	}
	var changes []change
	booked := map[int64]clock.Date{}
	random := rand.New(rand.NewPCG(7, 7))
	day := func(n int) clock.Date { return clock.Date("2026-07-01").Add(n) }
	for i := range 60 {
		must(t, app, fmt.Sprintf("aged-%04d", i), func(tx *act.Tx) error {
			member, on := members[random.IntN(3)], day(random.IntN(90))
			items, err := ledger.OpenItems(tx, member)
			if err != nil {
				return err
			}
			if len(items) > 1 && random.IntN(2) == 0 {
				item := items[random.IntN(len(items))]
				amount, on := item.Remainder, booked[item.ID].Add(random.IntN(25))
				if random.IntN(2) == 0 {
					amount = max(1, amount/3)
				}
				changes = append(changes, change{member, item.Date, on, -amount})
				if err := pay(tx, item, on, amount); err != nil || random.IntN(3) > 0 {
					return err
				}
				var entry int64
				if err := tx.Row("SELECT max(id) FROM journal").Scan(&entry); err != nil {
					return err
				}
				posted, err := ledger.Reverse(tx, entry, on.Add(2)) // the payment is taken back two days later
				if err != nil {
					return err
				}
				changes = append(changes, change{member, item.Date, on.Add(2), amount})
				return ledger.Reopen(tx, item.ID, amount, ledger.ByPayment, posted.Entry)
			}
			since, amount, who := on.Add(random.IntN(60)-40), money.Rupiah(1000+random.IntN(9000)), ledger.MemberParty(member)
			changes = append(changes, change{member, since, on, amount})
			if _, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindSale, Date: on, Lines: []ledger.Line{ledger.Dr(ledger.StoreReceivable, amount, who), ledger.Cr(ledger.MemberSales, amount, who)}}); err != nil {
				return err
			}
			id, err := ledger.OweSince(tx, member, ledger.ItemStore, since, on, amount)
			booked[id] = on
			return err
		})
	}
	r := ledger.ReportsOf(act.Read(app), clock.Of(app), "id")
	for n := 0; n < 126; n += 3 {
		on := day(n)
		want := map[int64]ledger.AgedAmounts{0: {}}
		var sum money.Rupiah
		for _, c := range changes {
			if c.on > on {
				continue
			}
			sum += c.amount
			for _, who := range []int64{0, c.member} {
				a := want[who]
				switch {
				case c.since >= on.Add(-30):
					a.To30 += c.amount
				case c.since >= on.Add(-60):
					a.To60 += c.amount
				case c.since >= on.Add(-90):
					a.To90 += c.amount
				default:
					a.Over += c.amount
				}
				want[who] = a
			}
		}
		got := map[int64]ledger.AgedAmounts{}
		for after := int64(0); ; {
			page, err := r.Receivables(on, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			got[0] = page.Total
			for _, m := range page.Members {
				got[m.Member] = m.AgedAmounts
			}
			if after = page.Next; after == 0 {
				break
			}
		}
		maps.DeleteFunc(want, func(who int64, a ledger.AgedAmounts) bool { return who != 0 && a == ledger.AgedAmounts{} })
		if !maps.Equal(want, got) {
			t.Fatalf("%s: %+v, want %+v", on, got, want)
		}
		trial, err := ledger.TrialBalance(act.Read(app), on)
		if err != nil {
			t.Fatal(err)
		}
		var owed money.Rupiah
		for _, a := range trial {
			if a.Account == ledger.StoreReceivable {
				owed = a.Debit - a.Credit
			}
		}
		if owed != sum || got[0].Sum() != sum {
			t.Fatalf("%s: %s by age, %s on the account, %s by hand", on, got[0].Sum().Format(), owed.Format(), sum.Format())
		}
	}
	silent(t, app)
}

// Reports as files, for spreadsheets: a bookkeeper can read the goldens, and no cell becomes a formula.
func TestReportsAsFiles(t *testing.T) {
	app := lived(t)
	app.Record("members", map[string]any{"number": 846, "name": `=HYPERLINK("x")`, "status": "active"})
	d := open(t, app)
	get := func(role act.Role, path string) (int, []byte, string) {
		t.Helper()
		ask, err := http.NewRequest("GET", d.url+"/api/coop/ledger/reports/"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		ask.Header.Set("Authorization", d.tokens[role])
		answer, err := http.DefaultClient.Do(ask)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		raw, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, raw, answer.Header.Get("Content-Type")
	}
	dates := "&from=2026-10-01&to=2026-11-03"
	for name, query := range map[string]string{"journal": "", "card": "&account=1101", "member": "&member=846", "cash": "", "trial-balance": "", "receivables": ""} {
		status, text, kind := get(act.Supervisor, name+"/file?format=csv"+query+dates)
		if status != 200 || kind != "text/csv; charset=utf-8" {
			t.Fatalf("%s: %d %s", name, status, text)
		}
		goldenFile(t, "report."+name+".csv.golden", string(text))
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil || len(rows) < 3 {
			t.Errorf("%s: %d rows (%v)", name, len(rows), err)
		}
		for _, cell := range slices.Concat(rows...) {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("%s: %s is a formula", name, cell)
			}
		}
		status, book, _ := get(act.Treasurer, name+"/file?format=xlsx"+query+dates)
		f, err := excelize.OpenReader(bytes.NewReader(book))
		if status != 200 || err != nil {
			t.Fatalf("%s: %d (%v)", name, status, err)
		}
		sheet, err := f.GetRows("Sheet1")
		if err != nil || len(sheet) != len(rows)+2 || sheet[0][0] == "" { // two titles above the header
			t.Errorf("%s: %d rows in the workbook, %d in the text (%v)", name, len(sheet), len(rows), err)
		}
	}
	for path, want := range map[string]int{"journal/file": 400, "journal/file?format=pdf": 400, "tax/file?format=csv": 404, "card/file?format=csv": 400, "card/file?format=csv&account=9999": 404,
		"member/file?format=csv": 400, "journal?from=1/1/2026": 400, "journal?after=x": 400, "card?account=1101&after=2026-10-01.x.1": 400, "card": 400, "card?account=1101": 200, "member?member=846": 200,
		"member?party=bank:1": 200, "member?party=crowd:1": 400, "cash": 200, "receivables": 200, "receivables?after=x": 400, "journal?limit=x": 400} {
		if status, text, _ := get(act.Treasurer, path); status != want {
			t.Errorf("%s: %d %s, want %d", path, status, text, want)
		}
		if status, _, _ := get(act.Cashier, path); status != 403 {
			t.Errorf("%s: a cashier gets %d", path, status)
		}
	}
}
