package payroll

import (
	"context"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
)

// margin is an instalment whose margin may fall due.
type margin struct {
	Plan   int64        `json:"plan"`
	N      int64        `json:"n"`
	Member int64        `json:"member"`
	Date   clock.Date   `json:"date"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

// dueMargins makes the margins (jasa) of a period's instalments due, before its list is drafted: a receivable
// and an income each, and an open item. Whoever paid an instalment before its day owes no margin for it, so
// that paying early costs the principal alone; nor does whoever left, nor who brought the goods back.
func dueMargins(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) error {
	cal, err := CalendarFor(act.Read(app), p)
	if err != nil {
		return err
	}
	var list []margin
	err = act.Each(act.Read(app), `SELECT s.plan, s.n, p.member, s.date, `+marginLeft+` FROM instalment_parts s JOIN instalment_plans p ON p.act = s.plan
		WHERE s.margin > 0 AND s.date <= ? AND `+marginLeft+` > 0 AND NOT EXISTS(SELECT 1 FROM instalment_margins m WHERE m.plan = s.plan AND m.n = s.n) ORDER BY s.plan, s.n`, []any{string(cal.Cutoff)}, func(row act.Scanner) error {
		var m margin
		err := row.Scan(&m.Plan, &m.N, &m.Member, &m.Date, &m.Amount)
		list = append(list, m)
		return err
	})
	for n := 0; err == nil && n*chunkMembers < len(list); n++ {
		part := list[n*chunkMembers : min((n+1)*chunkMembers, len(list))]
		_, err = link(ctx, app, by, "payroll.margin_due", linkKeyOf(key, "margin", part), part, func(tx *act.Tx) (int, error) { return makeMarginsDue(tx, part) })
	}
	return err
}

func makeMarginsDue(tx *act.Tx, part []margin) (made int, err error) {
	var due, early []margin
	for _, m := range part {
		var known, open bool
		err := tx.Row("SELECT EXISTS(SELECT 1 FROM instalment_margins WHERE plan = s.plan AND n = s.n) OR "+marginLeft+" <> ?, "+leftBefore+` AND NOT EXISTS(SELECT 1 FROM instalment_plans p JOIN members x ON x.number = p.member
			WHERE p.act = s.plan AND x.status = 'left') FROM instalment_parts s WHERE s.plan = ? AND s.n = ?`, int64(m.Amount), tx.Clock().Begins(m.Date).UnixMilli(), m.Plan, m.N).Scan(&known, &open)
		switch {
		case err != nil:
			return 0, err
		case known: // or goods came back meanwhile: what is left of it falls due the next time
		case open:
			due = append(due, m)
		default:
			early = append(early, m)
		}
	}
	var lines []ledger.Line
	for _, m := range due {
		party := ledger.MemberParty(m.Member)
		lines = append(lines, ledger.Dr(ledger.InstalmentRecv, m.Amount, party), ledger.Cr(ledger.InstalmentMargin, m.Amount, party))
	}
	var posted ledger.Posted
	if len(lines) > 0 {
		if posted, err = ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayroll, Date: tx.Today(), Lines: lines}); err != nil {
			return 0, err
		}
	}
	for _, m := range due {
		item, err := ledger.Owe(tx, m.Member, ledger.ItemInstalment, m.Date, m.Amount)
		if err != nil {
			return 0, err
		}
		if err := tx.Exec("INSERT INTO instalment_margins(plan, n, item, entry, act) VALUES(?, ?, ?, ?, ?)", m.Plan, m.N, item, posted.Entry, tx.ID()); err != nil {
			return 0, err
		}
	}
	for _, m := range early {
		if err := tx.Exec("INSERT INTO instalment_margins(plan, n, item, entry, act) VALUES(?, ?, NULL, NULL, ?)", m.Plan, m.N, tx.ID()); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}
