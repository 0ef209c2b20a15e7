package treasury_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/treasury"

	"pgregory.net/rapid"
)

// mutasi writes a statement of November: "02;TEXT;debit;credit" per line, with its running balance.
func mutasi(opening money.Rupiah, lines ...string) []byte {
	var b strings.Builder
	b.WriteString("Tanggal;Keterangan;Debet;Kredit;Saldo\n")
	for _, l := range lines {
		var out, in money.Rupiah
		f := strings.Split(l, ";")
		_, _ = fmt.Sscan(f[2]+" 0", &out)
		_, _ = fmt.Sscan(f[3]+" 0", &in)
		opening += in - out
		fmt.Fprintf(&b, "%s/11/2026;%s;%s;%s;%s,00\n", f[0], f[1], f[2], f[3], opening.Format())
	}
	return []byte(b.String())
}

// imports takes a file whose layout is guessed.
func imports(t *testing.T, app *testapp.App, data []byte) treasury.Taken {
	t.Helper()
	f := treasury.File{Bank: 1, Name: "mutasi.csv", Data: data}
	p, err := treasury.Look(app, "id", f)
	if err != nil || p.Problem != nil {
		t.Fatalf("%+v %v", p.Problem, err)
	}
	f.Layout = &p.Layout
	out, _, err := treasury.Import(ctx, app, ulid.New(), treasurer, f, nil)
	if err != nil || out.Added != p.Added {
		t.Fatalf("%+v, %d foreseen: %v", out, p.Added, err)
	}
	return out
}

// stands reads the reconciliation and holds its sum.
func stands(t testing.TB, app *testapp.App) treasury.Reconciliation {
	t.Helper()
	c, err := treasury.Reconcile(app, act.Read(app), "en", 1)
	if err != nil {
		t.Fatal(err)
	}
	if c.Books-c.UnmatchedBooks+c.UnmatchedBank+c.OpeningDifference+c.Sen != c.BankBalance {
		t.Fatalf("the sums don't agree: %+v", c)
	}
	return c
}

func match(app *testapp.App, choices ...treasury.Choice) (treasury.Matched, error) {
	out, _, err := treasury.Match(ctx, app, ulid.New(), treasurer, 1, choices)
	return out, err
}

// chosen is a proposal as a person confirms it.
func chosen(p treasury.Proposal) treasury.Choice {
	c := treasury.Choice{Kind: p.Kind, Line: p.Line, Entries: p.Entries, Gross: p.Gross, Supplier: p.Supplier}
	for _, a := range p.Payroll {
		c.Payroll = append(c.Payroll, treasury.UnitPart{Period: a.Period, Unit: a.Unit, Amount: a.Amount})
	}
	return c
}

// deducted makes a settled payroll run whose money is on its way.
func deducted(app *testapp.App, period, unit string, member int64, amount money.Rupiah) {
	app.Act("test.payroll", func(tx *act.Tx) error {
		for _, write := range []struct {
			query string
			args  []any
		}{
			{"INSERT OR IGNORE INTO payroll_runs VALUES(?, 'settled', '2026-11-02', '2026-10-20', 'system', 'system', 'system', 'system')", []any{period}},
			{"INSERT INTO payroll_events(period, step, unit, act) SELECT ?, value, '', ? FROM json_each('[\"drafting\", \"draft\", \"settling\", \"settled\"]')", []any{period, tx.ID()}},
			{"INSERT INTO payroll_lines(period, member, unit, due, requested, excluded, deducted, reason, excess, settled) VALUES(?, ?, ?, 0, 0, '', ?, '', ?, 1)", []any{period, member, unit, int64(amount), int64(amount)}},
			{"INSERT INTO payroll_results(period, member, deducted, reason, act) VALUES(?, ?, ?, '', ?)", []any{period, member, int64(amount), tx.ID()}},
		} {
			if err := tx.Exec(write.query, write.args...); err != nil {
				return err
			}
		}
		_, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayroll, Date: tx.Today(), Lines: []ledger.Line{
			ledger.Dr(ledger.PayrollClearing, amount, ledger.Party{Kind: book.UnitRun, Ref: period + ":" + unit}), ledger.Cr(ledger.DepositHeld, amount, ledger.MemberParty(member))}})
		return err
	})
}

func TestAStatementIsMatchedLineByLine(t *testing.T) {
	app := coop(t)
	app.Record("suppliers", map[string]any{"number": 501, "name": "CV Sumber Rejeki"})
	app.Record("work_units", map[string]any{"code": "A1", "name": "Biro Umum"})
	credit(app, ledger.SupplierPayable, book.Of(book.Supplier, 501), 600_000)
	deducted(app, "2026-11", "A1", int64(app.Member("Rani").GetInt("number")), 2_000_000)
	if _, err := pay(app, treasurer, "expense", "bank:1", power, 250_000); err != nil {
		t.Fatal(err)
	}
	file := mutasi(10_000_000, "02;PLN;250000;", "02;BIRO UMUM POTONGAN;;2000000", "03;QRIS SETTLEMENT;;993000", "03;CV SUMBER REJEKI;600000;", "03;BIAYA ADM;12500;", "03;SETORAN TIDAK DIKENAL;;75000")
	if out := imports(t, app, file); out.Added != 6 {
		t.Fatalf("%+v", out)
	}
	if out := imports(t, app, file); out.Added != 0 {
		t.Errorf("the same file again: %+v", out)
	}
	c := stands(t, app)
	if c.BankBalance != 12_205_500 || c.Statement == nil || *c.Statement != 12_205_500 || c.Gap != 0 {
		t.Errorf("%+v", c)
	}
	var kinds []string
	var choices []treasury.Choice
	for _, p := range c.Proposals {
		kinds = append(kinds, p.Kind)
		choices = append(choices, chosen(p))
	}
	if strings.Join(kinds, " ") != "books payroll qris supplier" {
		t.Fatalf("%v", kinds)
	}
	if _, err := match(app, choices[0], choices[0]); err == nil {
		t.Error("one line was matched twice in one act")
	}
	out, err := match(app, choices...)
	if err != nil || out.Matches != 4 {
		t.Fatalf("%+v %v", out, err)
	}
	_, err = match(app, choices[0])
	refused(t, "matched already", err, "treasury.line_matched")

	// What is left on the bank's side is booked from its line, and is matched by that.
	c = stands(t, app)
	if len(c.BankLines) != 2 || c.BookCount != 0 || c.OpeningDifference != 0 || len(c.Recent) != 4 {
		t.Fatalf("left: %+v %+v", c.BankLines, c.BookLines)
	}
	fee := treasury.Payment{Kind: "expense", From: "bank:1", To: "expensecat00008", Amount: 12_500, Date: "2026-11-03", BankLine: c.BankLines[0].ID}
	wrong := fee
	wrong.Amount = 12_000
	_, _, err = treasury.Pay(ctx, app, ulid.New(), treasurer, wrong, "")
	refused(t, "another amount than the bank's", err, "treasury.match_differs")
	wrong = fee
	wrong.From = "cash"
	_, _, err = treasury.Pay(ctx, app, ulid.New(), treasurer, wrong, "")
	refused(t, "from the box", err, "treasury.line_elsewhere")
	paid, _, err := treasury.Pay(ctx, app, ulid.New(), treasurer, fee, "")
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = treasury.Reverse(ctx, app, ulid.New(), treasurer, paid.Entry, "salah")
	refused(t, "the bank shows it", err, "treasury.matched_first")
	if c = stands(t, app); len(c.BankLines) != 1 || c.UnmatchedBank != 75_000 {
		t.Errorf("%+v", c)
	}
	if _, _, err := treasury.Unmatch(ctx, app, ulid.New(), treasurer, c.Recent[0].ID); err != nil {
		t.Fatal(err)
	}
	_, _, err = treasury.Unmatch(ctx, app, ulid.New(), treasurer, c.Recent[0].ID)
	refused(t, "released already", err, "treasury.match_unknown")
	if c = stands(t, app); len(c.BankLines) != 2 {
		t.Errorf("released: %+v", c.BankLines)
	}
}

func TestOverlappingStatementsAddOnlyWhatIsNew(t *testing.T) {
	app := coop(t)
	imports(t, app, mutasi(5_000_000, "01;A;;1000", "02;SAMA;;5000", "02;SAMA;;5000"))
	if out := imports(t, app, mutasi(5_001_000, "02;SAMA;;5000", "02;SAMA;;5000", "02;SAMA;;5000", "03;B;1000;")); out.Added != 2 {
		t.Errorf("%+v", out)
	}
	if c := stands(t, app); c.BankBalance != 5_015_000 || c.Gap != 0 || c.BankCount != 5 {
		t.Errorf("%+v", c)
	}
	// A statement after days that nobody sent shows the gap.
	imports(t, app, mutasi(5_515_000, "03;C;;2000"))
	if c := stands(t, app); c.Gap != 500_000 {
		t.Errorf("gap %d", c.Gap)
	}
}

func TestALayoutIsAskedOnce(t *testing.T) {
	app := coop(t)
	server, token := app.Serve(), app.Token(app.Operator(act.Treasurer))
	url := server.URL + "/api/coop/treasury/banks/1/statements"
	data := mutasi(5_000_000, "01;A;;1000")
	status, body := send(t, url, token, ulid.New(), "m.csv", data, nil)
	if status != 409 || !strings.Contains(string(body), "treasury.layout_unknown") {
		t.Fatalf("%d %s", status, body)
	}
	var p treasury.Preview
	if status, body = send(t, url+"?dry_run=1", token, ulid.New(), "m.csv", data, nil); status != 200 || json.Unmarshal(body, &p) != nil || p.Known || p.Lines != 1 || len(p.Sample) != 1 {
		t.Fatalf("%d %s", status, body)
	}
	layout, _ := json.Marshal(p.Layout)
	key := ulid.New()
	for _, want := range []int{201, 200} {
		if status, body = send(t, url, token, key, "m.csv", data, map[string]string{"layout": string(layout)}); status != want || !strings.Contains(string(body), `"added":1`) {
			t.Fatalf("%d %s", status, body)
		}
	}
	if status, body = send(t, url, token, ulid.New(), "m.csv", mutasi(5_001_000, "02;B;;1000"), nil); status != 201 {
		t.Errorf("the layout is kept: %d %s", status, body)
	}
	if status, body = call(t, "GET", server.URL+"/api/coop/treasury/banks/1", token, nil); status != 200 || !strings.Contains(string(body), `"bank_count":2`) {
		t.Errorf("%d %s", status, body)
	}
}

func TestTheConsoleReadsAStatement(t *testing.T) {
	app := coop(t)
	run := func(name string, flags map[string]string) (int, string) {
		var out strings.Builder
		for _, s := range treasury.Commands() {
			if s.Name != name {
				continue
			}
			all := map[string]string{"lang": "en"}
			for _, f := range s.Flags {
				all[f.Name] = f.Default
			}
			maps.Copy(all, flags)
			c := &command.Call{Ctx: ctx, App: app, Flags: all, Out: &out, Progress: func(int, int) {}, Files: []command.File{{Name: "m.csv", Data: mutasi(5_000_000, "01;A;;1000")}}}
			exit, err := s.Run(c)
			if err != nil {
				c.Refuse(err)
			}
			return exit, out.String()
		}
		t.Fatalf("no command %s", name)
		return 0, ""
	}
	for _, c := range []struct {
		name  string
		flags map[string]string
		exit  int
		says  string
	}{
		{"bank import", map[string]string{"dry-run": "true"}, command.Done, "1 lines (2026-11-01 to 2026-11-01), 1 new"},
		{"bank import", nil, command.Failed, "layout is not confirmed"},
		{"bank import", map[string]string{"accept-layout": "true"}, command.Done, "1 new lines of 1"},
		{"bank import", map[string]string{"json": "true"}, command.Done, `"added": 0`},
		{"bank import", map[string]string{"bank": "7"}, command.Failed, "no bank account 7"},
		{"bank show", nil, command.Done, "bank 5.001.000"},
		{"bank show", map[string]string{"bank": "x"}, command.Failed, "bank"},
	} {
		if exit, said := run(c.name, c.flags); exit != c.exit || !strings.Contains(said, c.says) {
			t.Errorf("%s %v: exit %d, %s", c.name, c.flags, exit, said)
		}
	}
}

// TestAnyHistoryOfMoneyVerifies: after whatever a treasurer does, the sums on the screen agree and the books
// verify (coop holds that at the end).
func TestAnyHistoryOfMoneyVerifies(t *testing.T) {
	app := coop(t)
	app.Record("suppliers", map[string]any{"number": 501, "name": "CV Maju"})
	m := app.Member("Rani")
	number := int64(m.GetInt("number"))
	day, balance := 1, money.Rupiah(4_000_000)
	rapid.Check(t, func(r *rapid.T) {
		amount := money.Rupiah(rapid.IntRange(1, 40).Draw(r, "amount") * 25_000)
		from := rapid.SampledFrom([]string{"cash", "bank:1", "qris:1"}).Draw(r, "from")
		do := rapid.SampledFrom([]string{"expense", "approve", "buy", "supplier", "debt", "deposit", "transfer", "settle", "reverse", "statement", "match", "unmatch", "void"}).Draw(r, "do")
		var err error
		switch do {
		case "expense":
			_, err = pay(app, treasurer, "expense", from, power, amount)
		case "approve":
			out, e := pay(app, treasurer, "expense", from, power, 5_000_000+amount)
			if err = e; err == nil {
				_, _, err = treasury.Decide(ctx, app, ulid.New(), second, out.ID, rapid.Bool().Draw(r, "yes"), "")
			}
		case "buy":
			credit(app, ledger.SupplierPayable, book.Of(book.Supplier, 501), amount)
			owe(t, app, m, amount)
		case "supplier":
			_, err = pay(app, treasurer, "supplier", from, "501", amount)
		case "debt", "deposit":
			in := treasury.DebtPayment{Member: number, Into: from, Amount: amount, Excess: "hold"}
			if do == "deposit" {
				in.Into, in.Excess = "deposit", ""
			}
			_, _, err = treasury.ReceiveDebt(ctx, app, ulid.New(), treasurer, in)
		case "transfer":
			_, _, err = treasury.Move(ctx, app, ulid.New(), treasurer, treasury.Transfer{From: rapid.SampledFrom([]string{"cash", "bank:1"}).Draw(r, "give"), To: rapid.SampledFrom([]string{"cash", "bank:1"}).Draw(r, "to"), Amount: amount}, "")
		case "settle":
			_, _, err = treasury.Move(ctx, app, ulid.New(), treasurer, treasury.Transfer{From: "qris:1", To: "bank:1", Amount: amount, Fee: amount / 200}, "")
		case "reverse":
			var id int64
			if e := act.Read(app).Row("SELECT coalesce((SELECT entry FROM treasury_moves ORDER BY entry DESC LIMIT 1 OFFSET ?), 0)", rapid.IntRange(0, 5).Draw(r, "which")).Scan(&id); e != nil {
				r.Fatal(e)
			}
			_, _, err = treasury.Reverse(ctx, app, ulid.New(), treasurer, id, "salah")
		case "statement":
			line := fmt.Sprintf("%02d;X%d;%d;", day, rapid.IntRange(0, 3).Draw(r, "text"), amount)
			next := balance - amount
			if rapid.Bool().Draw(r, "in") {
				line, next = fmt.Sprintf("%02d;QRIS CV MAJU;;%d", day, amount), balance+amount
			}
			imports(t, app, mutasi(balance, line))
			balance = next
			if day < 3 {
				day++
			}
		case "match":
			for _, p := range stands(t, app).Proposals {
				_, err = match(app, chosen(p))
			}
		case "unmatch":
			if recent := stands(t, app).Recent; len(recent) > 0 {
				_, _, err = treasury.Unmatch(ctx, app, ulid.New(), treasurer, recent[0].ID)
			}
		case "void":
			if all := stands(t, app).Statements; len(all) > 0 {
				_, _, err = treasury.VoidStatement(ctx, app, ulid.New(), treasurer, 1, all[0].ID)
			}
		}
		if err != nil && !isRefusal(err) {
			r.Fatalf("%s: %v", do, err)
		}
		stands(t, app)
	})
	if clock.Of(app).Today() != "2026-11-03" {
		t.Fatal("the clock moved")
	}
}

// A file whose days were read as months is taken back, its matched line excepted, and the right one comes in.
func TestAWrongStatementIsTakenBack(t *testing.T) {
	app := coop(t)
	right := mutasi(10_000_000, "02;Listrik;250000;", "02;Setoran;;75000", "03;Setoran;;75000")
	if _, err := pay(app, treasurer, "expense", "bank:1", power, 250_000); err != nil {
		t.Fatal(err)
	}
	first := imports(t, app, right)
	before := stands(t, app)
	if len(before.Statements) != 1 || before.Statements[0].Lines != first.Added || before.BankCount != 3 {
		t.Fatalf("%+v", before.Statements)
	}
	c := before
	var paid treasury.EntryLine
	for _, b := range c.BookLines {
		if b.Amount == -250_000 {
			paid = treasury.EntryLine{Entry: b.Entry, Line: b.Line}
		}
	}
	if _, err := match(app, treasury.Choice{Kind: "books", Line: c.BankLines[0].ID, Entries: []treasury.EntryLine{paid}}); err != nil {
		t.Fatal(err)
	}
	id := c.Statements[0].ID
	_, _, err := treasury.VoidStatement(ctx, app, ulid.New(), treasurer, 2, id)
	refused(t, "of another bank", err, "treasury.statement_unknown")
	key := ulid.New()
	for range 2 { // sent again it is the same
		out, _, err := treasury.VoidStatement(ctx, app, key, treasurer, 1, id)
		if err != nil || out.Lines != 2 {
			t.Fatalf("%+v %v", out, err)
		}
	}
	c = stands(t, app)
	if c.BankCount != 0 || c.To != "2026-11-02" || len(c.Recent) != 1 || c.Statements[0].Lines != 1 || c.Statements[0].Matched != 1 {
		t.Errorf("%+v", c)
	}
	_, _, err = treasury.VoidStatement(ctx, app, ulid.New(), treasurer, 1, id)
	refused(t, "with matches only", err, "treasury.statement_matched")
	_, err = match(app, treasury.Choice{Kind: "books", Line: before.BankLines[1].ID, Entries: []treasury.EntryLine{paid}})
	refused(t, "a line that is void", err, "treasury.line_unknown")
	if again := imports(t, app, right); again.Added != 2 {
		t.Errorf("the same lines come in again: %+v", again)
	}
	if again := imports(t, app, right); again.Added != 0 {
		t.Errorf("and but once: %+v", again)
	}
	if now := stands(t, app); now.BankBalance != before.BankBalance || now.BankCount != 2 {
		t.Errorf("%+v, was %+v", now, before)
	}
	app.Verify()
}
