package payroll

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/document/pdf"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
)

// Letter is the cover letter that goes to a payroll officer with the list: number, sum in figures and words,
// what it is made of, and the hash by which the list is known.
func (l List) Letter(app core.App, language string) ([]byte, error) {
	say := func(key string, params map[string]any) string {
		return words.Say(language, "payroll.letter."+key, params)
	}
	month := monthOf(language, l.Period)
	paper, err := paperOf(app, language, say("title", map[string]any{"month": month}), l.Sealed.Number+" · "+l.Sealed.Code, l.Sealed.At)
	if err != nil {
		return nil, err
	}
	r := act.Read(app)
	h, err := existing(r, l.Period)
	if err != nil {
		return nil, err
	}
	unit := strings.TrimSpace(l.UnitCode + " " + l.UnitName)
	officer := cmp.Or(l.Officer, say("officer_unnamed", nil))
	if l.UnitCode == BankUnit {
		officer = say("bank_officer", nil)
	}
	at := clock.Of(app)
	paper.Facts = []pdf.Fact{{Label: say("number", nil), Value: l.Sealed.Number}, {Label: say("period", nil), Value: month},
		{Label: say("officer", nil), Value: officer}, {Label: say("pay_date", nil), Value: dateIn(language, l.PayDate)},
		{Label: say("unit", nil), Value: unit}, {Label: say("members", nil), Value: strconv.Itoa(len(l.Rows))}}
	d := pdf.New(paper)
	total := l.Total()
	d.Text(say("opening", map[string]any{"members": len(l.Rows), "unit": unit, "total": total.String(), "in_words": document.InWords(total)}))
	if l.Sealed.Replaces != "" {
		d.Text(say("replaces", map[string]any{"number": l.Sealed.Replaces}))
	}
	d.Heading(say("composition", nil))
	d.Table([]pdf.Column{{Title: say("kind", nil), Width: 4}, {Title: say("members", nil), Width: 1.5, Amount: true}, {Title: say("amount", nil), Width: 2, Amount: true}},
		l.composition(language), []string{say("sum", nil), strconv.Itoa(len(l.Rows)), total.Format()})
	d.Text(say("ask", nil))
	d.Heading(say("check", nil))
	d.QR(proofAddress(app, l.Sealed), 30)
	d.Beside(34, say("check_text", map[string]any{"code": l.Sealed.Code}), say("hash", nil), l.Sealed.Hash)
	maker, sender := signer(r, h.PreparedBy, h.PreparedRole, language), pdf.Signature{Role: say("approved", nil)}
	maker.Role = say("prepared", nil)
	if by, role, err := whoDid(r, l.Period, StateSent); err != nil {
		return nil, err
	} else if by != "" {
		sender = signer(r, by, role, language)
		sender.Role = say("approved", nil)
	}
	maker.Remark = dateIn(language, dateOfMoment(at, l.Sealed.At))
	d.Sign(maker, sender, pdf.Signature{Role: say("received", nil), Name: l.Officer})
	return d.Bytes()
}

// composition adds a list up by kind: whose, how much.
func (l List) composition(language string) (rows [][]string) {
	for i, kind := range columns {
		var sum money.Rupiah
		members := 0
		for _, row := range l.Rows {
			if row.Shown[i] > 0 {
				sum += row.Shown[i]
				members++
			}
		}
		if sum > 0 {
			rows = append(rows, []string{words.Say(language, "payroll.kind."+kind, nil), strconv.Itoa(members), sum.Format()})
		}
	}
	return rows
}

// signer names who did a step, by name where there is one: a manager's address stays off papers that leave
// the house.
func signer(r act.Reader, id string, role act.Role, language string) pdf.Signature {
	name := nameOf(r, id, role)
	if role == act.Manager || name == string(role) {
		name = words.Say(language, "office.role_"+string(role), nil)
	}
	return pdf.Signature{Name: name}
}

// proofAddress is where a letter's code leads: the list's number, unit, members and sum, for whoever holds
// the letter. It names no member.
func proofAddress(app core.App, s Sealed) string {
	return strings.TrimRight(app.Settings().Meta.AppURL, "/") + "/daftar/" + s.Hash
}
