package treasury

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/command"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/member"
)

// deskSpecs are the commands that do at the console what the page of cash and bank does.
func deskSpecs() []command.Spec {
	flag := func(name string) command.Flag {
		return command.Flag{Name: name, Help: "command.treasury.flag." + strings.ReplaceAll(name, "-", "_")}
	}
	spec := func(name string, writes bool, run func(*command.Call) (int, error), flags ...string) command.Spec {
		s := command.Spec{Name: "treasury " + name, Help: "command.treasury." + strings.ReplaceAll(name, "-", "_"), Args: cobra.NoArgs, Writes: writes, Run: run,
			Flags: []command.Flag{{Name: "json", Default: "false", Bool: true, Help: "command.bank.flag.json"}}}
		for _, f := range flags {
			s.Flags = append(s.Flags, flag(f))
		}
		return s
	}
	voucher := spec("voucher", true, voucherCommand, "voucher")
	voucher.Use, voucher.Files, voucher.Args = "[FILE]", true, cobra.MaximumNArgs(1)
	voucher.Flags = append(voucher.Flags, command.Flag{Name: "out", Default: ".", Help: "command.treasury.flag.out"})
	receive := spec("receive", true, receiveCommand, "member", "bill", "into", "amount", "date", "bank-line")
	receive.Flags = append(receive.Flags, command.Flag{Name: "hold", Default: "false", Bool: true, Help: "command.treasury.flag.hold"})
	return []command.Spec{
		spec("show", false, startCommand),
		spec("owed", false, owedCommand),
		spec("debts", true, debtsCommand, "member"),
		spec("settlement", false, settlementCommand, "consignor", "since", "until"),
		spec("moves", false, movesCommand, "before"),
		spec("move", false, moveCommand, "entry"),
		spec("pay", true, payCommand, "kind", "from", "to", "amount", "date", "note", "voucher", "bank-line"),
		spec("bills", false, billsCommand, "before"),
		spec("bill", true, billCommand, "supplier", "to", "amount", "date", "due", "note", "voucher"),
		spec("take-back-bill", true, takeBackBillCommand, "entry", "reason"),
		spec("transfer", true, transferCommand, "from", "into", "amount", "fee", "date", "note", "bank-line"),
		receive,
		spec("take-back", true, takeBackCommand, "entry", "reason"),
		spec("approve", true, func(c *command.Call) (int, error) { return decideCommand(c, true) }, "request", "reason"),
		spec("refuse", true, func(c *command.Call) (int, error) { return decideCommand(c, false) }, "request", "reason"),
		spec("write-off", true, writeOffCommand, "member", "to", "reason"),
		voucher,
	}
}

// flags reads what is typed, and keeps what is wrong with it.
type flags struct {
	c   *command.Call
	bad fault.Input
}

func (f *flags) number(name string) int64 {
	text := f.c.Flags[name]
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	f.bad.Check(err == nil && n > 0, name, "input.number")
	return n
}

func (f *flags) amount(name string) money.Rupiah {
	amount, _, err := document.ParseRupiah(f.c.Flags[name])
	f.bad.Check(err == nil, name, "input.amount")
	return amount
}

func say(c *command.Call, key string, params map[string]any) { c.Say("treasury.say."+key, params) }

func startCommand(c *command.Call) (int, error) {
	s, err := startOf(act.Read(c.App), clock.Of(c.App).Today(), c.Language(), act.ByConsole)
	return c.Tell(s, err, func() {
		n := newNames(act.Read(c.App), c.Language())
		for _, p := range s.Places {
			name, _ := n.place(p.Place) // it was read a moment ago
			say(c, "place", map[string]any{"place": p.Place, "name": name, "balance": p.Balance})
		}
		for _, k := range s.Categories {
			say(c, "category", map[string]any{"id": k.ID, "name": k.Name, "account": k.Account})
		}
		for _, w := range s.Waiting.Waiting {
			say(c, "waiting", map[string]any{"id": w.ID, "what": what(c, w.Kind, w.TargetName), "amount": w.Amount, "place": w.PlaceName, "by": w.By})
		}
	})
}

// what says a kind of move with whom it concerns.
func what(c *command.Call, kind, name string) string {
	switch kind {
	case KindReversal: // its target says it
		return name
	case KindWriteOff:
		return words.Say(c.Language(), "treasury.say.written_off", map[string]any{"name": name})
	}
	return words.Say(c.Language(), "cash.move_"+kind, map[string]any{"name": name})
}

func owedCommand(c *command.Call) (int, error) {
	o, err := owed(act.Read(c.App))
	if err == nil {
		err = o.wishes(c.App)
	}
	return c.Tell(o, err, func() {
		for _, list := range []struct {
			kind string
			all  []Creditor
		}{{KindSupplier, o.Suppliers}, {KindConsignor, o.Consignors}, {KindLeaver, o.Leavers}, {KindRefund, o.Held}} {
			for _, k := range list.all {
				say(c, "creditor", map[string]any{"kind": words.Say(c.Language(), "cash.kind_"+list.kind, nil), "number": k.Number, "name": k.Name, "owed": k.Owed, "since": k.Since})
			}
		}
	})
}

// debtsCommand opens one member's debts; the member can see that it did.
func debtsCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	who := f.number("member")
	f.bad.Check(c.Flags["member"] != "", "member", "input.required")
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	m, err := memberOwes(act.Read(c.App), c.App, who)
	if err == nil {
		err = member.See(c.App, act.ByConsole, web.Seen{Sight: web.Sight{Action: web.Opened, Via: "debts", Why: whyTreasury}, Member: who})
	}
	return c.Tell(m, err, func() {
		say(c, "debts", map[string]any{"member": member.PrintNumber(m.Number), "name": m.Name, "due": m.Due, "held": m.Held})
		sayItems(c, m.Items)
		if m.Bill != nil {
			say(c, "bill", map[string]any{"period": m.Bill.Period, "due": m.Bill.Due})
			sayItems(c, m.Bill.Items)
		}
	})
}

func sayItems(c *command.Call, items []SettledItem) {
	for _, i := range items {
		say(c, "item", map[string]any{"item": i.Item, "kind": words.Say(c.Language(), "payroll.kind."+i.Kind, nil), "date": i.Date, "amount": i.Amount, "remaining": i.Remaining})
	}
}

func settlementCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	number := f.number("consignor")
	from, to := datesOf(&f.bad, clock.Of(c.App).Today(), "since", "until", func(name string) string { return c.Flags[name] })
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	s, err := settlement(act.Read(c.App), portsOf(c.App).SoldFor, number, from, to)
	return c.Tell(s, err, func() {
		say(c, "settlement", map[string]any{"name": s.Name, "from": s.From, "to": s.To, "opening": s.Opening, "share": s.Share, "other": s.Other, "paid": s.PaidSum, "closing": s.Closing})
		for _, g := range s.Sold {
			say(c, "sold", map[string]any{"product": g.Product, "quantity": g.Quantity, "sales": g.Sales, "share": g.Share})
		}
	})
}

func movesCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	before := f.number("before")
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	r := act.Read(c.App)
	list, err := moves(r, newNames(r, c.Language()), before, mostPage)
	return c.Tell(list, err, func() {
		for _, m := range list.Moves {
			sayMove(c, m)
		}
	})
}

func moveCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	entry := f.number("entry")
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	r := act.Read(c.App)
	m, err := moveOf(r, newNames(r, c.Language()), entry)
	return c.Tell(m, err, func() {
		sayMove(c, m)
		sayItems(c, m.Items)
	})
}

func sayMove(c *command.Call, m MoveView) {
	state := ""
	if m.ReversedBy != "" {
		state = words.Say(c.Language(), "treasury.say.taken_back_by", map[string]any{"number": m.ReversedBy})
	}
	say(c, "move", map[string]any{"entry": m.Entry, "date": m.Date, "number": m.Number, "what": what(c, m.Kind, m.TargetName), "amount": m.Amount, "place": m.PlaceName, "by": m.By, "state": state})
}

// payCommand pays; an expense's category may be given by its name.
func payCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	in := Payment{Kind: c.Flags["kind"], From: c.Flags["from"], To: c.Flags["to"], Amount: f.amount("amount"), Date: clock.Date(c.Flags["date"]), Voucher: c.Flags["voucher"], BankLine: f.number("bank-line")}
	err := f.bad.Err()
	if err == nil && in.Kind == KindExpense {
		in.To, err = categoryNamed(c, in.To)
	}
	if err != nil {
		return command.Failed, err
	}
	return tellPaid(c)(Pay(c.Ctx, c.App, ulid.New(), act.ByConsole, in, c.Flags["note"]))
}

// billCommand books a supplier's bill for an expense.
func billCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	in := SupplierBill{Supplier: f.number("supplier"), Amount: f.amount("amount"), Date: clock.Date(c.Flags["date"]), Due: clock.Date(c.Flags["due"]), Voucher: c.Flags["voucher"]}
	err := f.bad.Err()
	if err == nil {
		in.Category, err = categoryNamed(c, c.Flags["to"])
	}
	if err != nil {
		return command.Failed, err
	}
	out, _, err := BookBill(c.Ctx, c.App, ulid.New(), act.ByConsole, in, c.Flags["note"])
	return c.Tell(out, err, func() {
		say(c, "bill_booked", map[string]any{"bill": out.Bill, "number": out.Number, "amount": out.Amount})
	})
}

func takeBackBillCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	bill := f.number("entry")
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	out, _, err := TakeBackBill(c.Ctx, c.App, ulid.New(), act.ByConsole, bill, c.Flags["reason"])
	return c.Tell(out, err, func() { say(c, "taken_back", map[string]any{"move": out.Bill, "number": out.Number}) })
}

func billsCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	before := f.number("before")
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	list, err := bills(act.Read(c.App), before, mostPage)
	return c.Tell(list, err, func() {
		for _, b := range list.Bills {
			say(c, "supplier_bill", map[string]any{"bill": b.Bill, "number": b.Number, "date": b.Date, "due": b.Due, "supplier": b.SupplierName, "category": b.CategoryName, "amount": b.Amount})
		}
	})
}

func categoryNamed(c *command.Call, text string) (string, error) {
	all, err := categories(act.Read(c.App), c.Language())
	for _, k := range all {
		if strings.EqualFold(k.Name, text) {
			return k.ID, err
		}
	}
	return text, err
}

func tellPaid(c *command.Call) func(Paid, bool, error) (int, error) {
	return func(out Paid, _ bool, err error) (int, error) {
		return c.Tell(out, err, func() {
			say(c, "paid_"+out.State, map[string]any{"id": out.ID, "amount": out.Amount, "number": out.Number, "entry": out.Entry})
		})
	}
}

func transferCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	in := Transfer{From: c.Flags["from"], To: c.Flags["into"], Amount: f.amount("amount"), Fee: f.amount("fee"), Date: clock.Date(c.Flags["date"]), BankLine: f.number("bank-line")}
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	return tellPaid(c)(Move(c.Ctx, c.App, ulid.New(), act.ByConsole, in, c.Flags["note"]))
}

func receiveCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	in := DebtPayment{Member: f.number("member"), Bill: clock.Period(c.Flags["bill"]), Into: c.Flags["into"], Amount: f.amount("amount"), Date: clock.Date(c.Flags["date"]), BankLine: f.number("bank-line")}
	if c.Flags["hold"] == "true" {
		in.Excess = holdExcess
	}
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	out, _, err := ReceiveDebt(c.Ctx, c.App, ulid.New(), act.ByConsole, in)
	return c.Tell(out, err, func() {
		say(c, "received", map[string]any{"number": out.Number, "entry": out.Entry, "member": member.PrintNumber(out.Member), "amount": out.Amount, "left": out.Left, "held": out.Held})
		sayItems(c, out.Items)
	})
}

func takeBackCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	entry := f.number("entry")
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	out, _, err := Reverse(c.Ctx, c.App, ulid.New(), act.ByConsole, entry, c.Flags["reason"])
	return c.Tell(out, err, func() { say(c, "taken_back", map[string]any{"move": out.Move, "number": out.Number}) })
}

func decideCommand(c *command.Call, approve bool) (int, error) {
	return tellPaid(c)(Decide(c.Ctx, c.App, ulid.New(), act.ByConsole, c.Flags["request"], approve, c.Flags["reason"]))
}

func writeOffCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	in := WriteOff{Member: f.number("member")}
	err := f.bad.Err()
	if err == nil {
		in.Category, err = categoryNamed(c, c.Flags["to"])
	}
	if err != nil {
		return command.Failed, err
	}
	return tellPaid(c)(AskWriteOff(c.Ctx, c.App, ulid.New(), act.ByConsole, in, strings.TrimSpace(c.Flags["reason"])))
}

// voucherCommand keeps the photo or PDF of a bill, or writes one that is kept.
func voucherCommand(c *command.Call) (int, error) {
	if len(c.Files) > 0 {
		kept, _, err := KeepVoucher(c.Ctx, c.App, ulid.New(), act.ByConsole, c.Files[0].Data)
		return c.Tell(kept, err, func() { say(c, "voucher_kept", map[string]any{"voucher": kept.Voucher}) })
	}
	unknown := fault.NotFound("treasury.voucher_unknown")
	record, err := c.App.FindRecordById(vouchers, c.Flags["voucher"])
	if err != nil {
		return command.Failed, unknown
	}
	raw, kind, err := voucherKinds.ReadKind(c.App, record, unknown)
	if number := member.VoucherOf(act.Read(c.App), record.Id); err == nil && number > 0 {
		err = member.See(c.App, act.ByConsole, web.Seen{Sight: web.Sight{Action: web.Exported, Via: "voucher", Why: whyTreasury}, Member: number})
	}
	file := filepath.Join(c.Flags["out"], voucherName+"-"+record.Id+voucherKinds[kind])
	if err == nil {
		err = c.Save(file, raw)
	}
	return c.Tell(map[string]any{"voucher": record.Id, "file": file}, err, func() { say(c, "voucher_saved", map[string]any{"file": file}) })
}

// matchCommand confirms what lines of a bank's statement are: the proposals of some lines or of all, as `bank show`
// makes them, or a file's choices, as a person put them together.
func matchCommand(c *command.Call) (int, error) {
	bank, err := bankFlag(c)
	if err != nil {
		return command.Failed, err
	}
	var choices []Choice
	if len(c.Files) > 0 {
		if json.Unmarshal(c.Files[0].Data, &choices) != nil {
			return command.Failed, fault.Bad("input.json")
		}
	} else if choices, err = proposed(c, bank); err != nil {
		return command.Failed, err
	} else if len(choices) == 0 && c.Flags["all"] == "true" {
		return c.Tell(Matched{}, nil, func() { say(c, "nothing_proposed", nil) })
	}
	out, _, err := Match(c.Ctx, c.App, ulid.New(), act.ByConsole, bank, choices)
	return c.Tell(out, err, func() { say(c, "matched", map[string]any{"matches": out.Matches, "amount": out.Amount}) })
}

// proposed are the proposals for the lines that --lines names, or with --all for as many as one act takes.
func proposed(c *command.Call, bank int64) (choices []Choice, err error) {
	wanted, err := member.ReadNumbers(c.Flags["lines"])
	if err != nil {
		return nil, err
	}
	var now Reconciliation
	err = act.Snapshot(c.Ctx, c.App, func(r act.Reader) error {
		now, err = Reconcile(c.App, r, c.Language(), bank)
		return err
	})
	is := map[int64]bool{}
	for _, line := range wanted {
		is[line] = true
	}
	for _, p := range now.Proposals {
		if is[p.Line] || c.Flags["all"] == "true" && len(choices) < mostChoices {
			choice := Choice{Kind: p.Kind, Line: p.Line, Entries: p.Entries, Gross: p.Gross, Supplier: p.Supplier}
			for _, a := range p.Payroll {
				choice.Payroll = append(choice.Payroll, UnitPart{a.Period, a.Unit, a.Amount})
			}
			choices = append(choices, choice)
		}
		delete(is, p.Line)
	}
	if err == nil && len(is) > 0 {
		err = fault.Refused("treasury.not_proposed")
	}
	return choices, err
}

func unmatchCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	match := f.number("match")
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	out, _, err := Unmatch(c.Ctx, c.App, ulid.New(), act.ByConsole, match)
	return c.Tell(out, err, func() { say(c, "unmatched", map[string]any{"match": out.Match}) })
}

// voidCommand takes back the unmatched lines of a statement, by its number in bank show --json.
func voidCommand(c *command.Call) (int, error) {
	f := flags{c: c}
	bank, statement := f.number("bank"), f.number("statement")
	if err := f.bad.Err(); err != nil {
		return command.Failed, err
	}
	out, _, err := VoidStatement(c.Ctx, c.App, ulid.New(), act.ByConsole, bank, statement)
	return c.Tell(out, err, func() { say(c, "voided", map[string]any{"lines": out.Lines}) })
}
