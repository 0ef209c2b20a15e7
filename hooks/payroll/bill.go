package payroll

import (
	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
)

// Bill is what a member of a run pays by themselves: nothing of it could be deducted (Why says it), or it
// remained. It is what is still owed today, so what was paid since is off it.
type Bill struct {
	Member int64        `json:"member"`
	Name   string       `json:"name"`
	Unit   string       `json:"unit"`
	Why    string       `json:"why"`  // the code of why nothing was asked, or the officer's reason
	Self   bool         `json:"self"` // nothing goes by pay: it is paid, not carried over
	Owed   money.Rupiah `json:"owed_rupiah"`
	Paid   money.Rupiah `json:"paid_rupiah"` // since the list was drafted
	Parts  []BillPart   `json:"parts"`
}

// BillPart is one open item of a bill.
type BillPart struct {
	Item   int64           `json:"item"`
	Kind   ledger.ItemKind `json:"kind"`
	Date   clock.Date      `json:"date"`
	Owed   money.Rupiah    `json:"owed_rupiah"`
	Source *Source         `json:"source"`
}

// BillList is a page of bills with the sum of all.
type BillList struct {
	Bills   []Bill       `json:"bills"`
	Members int          `json:"members"`
	Owed    money.Rupiah `json:"owed_rupiah"`
	Next    int64        `json:"next"`
}

// billed finds the lines whose items are paid by the member: nothing was asked, or the answer is settled.
// Voluntary savings are no debt.
const billed = `FROM payroll_lines l JOIN payroll_parts p ON p.period = l.period AND p.member = l.member JOIN item_remainders r ON r.item = p.item AND r.remainder > 0
	JOIN open_items i ON i.id = p.item AND i.kind <> 'voluntary' WHERE (l.excluded <> '' OR l.settled = 1) AND l.period = `

// Bills lists what members of a run owe by themselves, by number.
func Bills(r act.Reader, p clock.Period, after, limit int64) (BillList, error) {
	out := BillList{Bills: []Bill{}}
	if _, err := promised(r, p); err != nil {
		return out, err
	}
	if err := r.Row("SELECT count(DISTINCT l.member), coalesce(sum(r.remainder), 0) "+billed+"?", string(p)).Scan(&out.Members, &out.Owed); err != nil {
		return out, err
	}
	err := act.Each(r, "SELECT DISTINCT l.member "+billed+"? AND l.member > ? ORDER BY l.member LIMIT ?", []any{string(p), after, limit}, func(row act.Scanner) error {
		var b Bill
		err := row.Scan(&b.Member)
		out.Bills = append(out.Bills, b)
		return err
	})
	for i := range out.Bills {
		if err == nil {
			out.Bills[i], err = BillOf(r, p, out.Bills[i].Member)
		}
	}
	if int64(len(out.Bills)) == limit {
		out.Next = out.Bills[limit-1].Member
	}
	return out, err
}

// BillOf is one member's bill of a run; one that owes nothing has no parts.
func BillOf(r act.Reader, p clock.Period, number int64) (Bill, error) {
	b := Bill{Member: number, Parts: []BillPart{}}
	var excluded, reason string
	err := r.Row(`SELECT coalesce(m.name, ''), l.unit, l.excluded, l.reason FROM payroll_lines l LEFT JOIN members m ON m.number = l.member WHERE l.period = ? AND l.member = ?`, string(p), number).
		Scan(&b.Name, &b.Unit, &excluded, &reason)
	if err != nil {
		return b, fault.NotFound("payroll.slip_none", fault.Params{"period": p})
	}
	b.Self, b.Why = excluded != "", reason
	if b.Self {
		b.Why = excluded
	}
	err = act.Each(r, `SELECT i.id, i.kind, i.date, r.remainder, `+sourceColumns+` FROM payroll_lines l JOIN payroll_parts p ON p.period = l.period AND p.member = l.member
		JOIN item_remainders r ON r.item = p.item AND r.remainder > 0 JOIN open_items i ON i.id = p.item AND i.kind <> 'voluntary'`+sourceJoin+`
		WHERE l.period = ? AND l.member = ? AND (l.excluded <> '' OR l.settled = 1) ORDER BY p.rank`, []any{string(p), number}, func(row act.Scanner) error {
		var part BillPart
		var source sourceRow
		err := row.Scan(append([]any{&part.Item, &part.Kind, &part.Date, &part.Owed}, source.into()...)...)
		part.Source = source.orNil()
		b.Owed += part.Owed
		b.Parts = append(b.Parts, part)
		return err
	})
	if err != nil {
		return b, err
	}
	err = r.Row(`SELECT coalesce(sum(s.amount), 0) FROM payroll_parts p JOIN settlements s ON s.item = p.item AND s.kind = 'payment' WHERE p.period = ? AND p.member = ?
		AND s.act > coalesce((SELECT max(act) FROM payroll_events WHERE period = p.period AND step = 'draft'), 0)`, string(p), number).Scan(&b.Paid)
	return b, err
}

// BillItems are the open parts of a bill in its order: who pays it pays these.
func BillItems(r act.Reader, p clock.Period, number int64) ([]ledger.Item, error) {
	if _, err := promised(r, p); err != nil {
		return nil, err
	}
	b, err := BillOf(r, p, number)
	var items []ledger.Item
	for _, part := range b.Parts {
		items = append(items, ledger.Item{ID: part.Item, Member: number, Kind: part.Kind, Date: part.Date, Amount: part.Owed, Remainder: part.Owed})
	}
	return items, err
}

// NewestBill is the month of the newest bill of which a member still owes something, or empty.
func NewestBill(r act.Reader, number int64) (p clock.Period, err error) {
	err = r.Row("SELECT coalesce((SELECT n.period FROM payroll_runs n WHERE n.state <> 'draft' AND EXISTS(SELECT 1 "+billed+"n.period AND l.member = ?) ORDER BY n.period DESC LIMIT 1), '')", number).Scan(&p)
	return p, err
}

// BillPaper is a bill to hand or send to a member.
func BillPaper(app core.App, language string, p clock.Period, number int64) ([]byte, error) {
	r := act.Read(app)
	h, err := promised(r, p)
	if err != nil {
		return nil, err
	}
	b, err := BillOf(r, p, number)
	if err != nil {
		return nil, err
	}
	if len(b.Parts) == 0 {
		return nil, fault.NotFound("payroll.bill_none", fault.Params{"member": number})
	}
	say := func(key string, params map[string]any) string {
		return words.Say(language, "payroll.paper."+key, params)
	}
	today := clock.Of(app).Today()
	paper, err := paperOf(app, language, say("bill_title", map[string]any{"month": monthOf(language, p)}), "", today.Time().UTC().Format("2006-01-02T15:04:05Z"))
	if err != nil {
		return nil, err
	}
	_, unit, err := whoIs(r, p, number)
	if err != nil {
		return nil, err
	}
	why := words.Say(language, "payroll.reason."+b.Why, nil)
	if b.Self {
		why = fault.Message(language, b.Why, nil)
	} else if b.Why == "" {
		why = say("over_cap", nil)
	}
	paper.Facts = []pdf.Fact{{Label: say("member", nil), Value: member.PrintNumber(number) + " " + b.Name}, {Label: say("as_of", nil), Value: dateIn(language, today)},
		{Label: say("unit", nil), Value: unit}, {Label: say("pay_date", nil), Value: dateIn(language, h.PayDate)}}
	d := pdf.New(paper)
	d.Text(say("bill_why", map[string]any{"why": why}))
	var rows [][]string
	for _, part := range b.Parts {
		rows = append(rows, []string{words.Say(language, "payroll.kind."+string(part.Kind), nil), part.Source.says(language, part.Date), part.Owed.Format()})
	}
	d.Table([]pdf.Column{{Title: say("what", nil), Width: 4}, {Title: say("from", nil), Width: 4}, {Title: say("owed", nil), Width: 2, Amount: true}}, rows, []string{say("sum", nil), "", b.Owed.Format()})
	d.Text(say("in_words", map[string]any{"in_words": document.InWords(b.Owed)}))
	key := "bill_carried"
	if b.Self {
		key = "bill_self"
	}
	d.Text(say(key, map[string]any{"month": monthOf(language, p.Add(1)), "reference": member.PrintNumber(number)}))
	if to := portsOf(app).TransferTo; to != nil {
		accounts, err := to(r)
		if err != nil {
			return nil, err
		}
		var facts []pdf.Fact
		for _, a := range accounts {
			facts = append(facts, pdf.Fact{Label: say("transfer_to", map[string]any{"name": a.Name}), Value: a.Number})
		}
		if len(facts) > 0 {
			d.Facts(facts)
		}
	}
	return d.Bytes()
}
