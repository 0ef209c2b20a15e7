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
	PayDay clock.Date   `json:"pay_day"`
	Amount money.Rupiah `json:"amount_rupiah"`
}

// dueMargins makes the margins (jasa) of a period's instalments due, before its list is drafted: a receivable
// and an income each, and an open item. Whoever paid an instalment before its pay day, and before its list, owes no margin for
// it, so that paying early costs the principal alone, as the screens say; nor does whoever left, nor who brought the goods back.
func dueMargins(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) error {
	cal, err := CalendarFor(act.Read(app), p)
	if err != nil {
		return err
	}
	var list []margin
	var months []clock.Period
	err = act.Each(act.Read(app), `SELECT s.plan, s.n, p.member, s.date, p.first_period, `+marginLeft+` FROM instalment_parts s JOIN instalment_plans p ON p.act = s.plan
		WHERE s.margin > 0 AND s.date <= ? AND `+marginLeft+` > 0 AND NOT EXISTS(SELECT 1 FROM instalment_margins m WHERE m.plan = s.plan AND m.n = s.n) ORDER BY s.plan, s.n`, []any{string(cal.Cutoff)}, func(row act.Scanner) error {
		var m margin
		var first clock.Period
		err := row.Scan(&m.Plan, &m.N, &m.Member, &m.Date, &first, &m.Amount)
		list, months = append(list, m), append(months, first.Add(int(m.N)-1))
		return err
	})
	payDays := map[clock.Period]clock.Date{}
	for i, month := range months {
		if _, known := payDays[month]; !known && err == nil {
			var of Calendar
			of, err = CalendarFor(act.Read(app), month)
			payDays[month] = of.PayDate
		}
		list[i].PayDay = payDays[month]
	}
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
			WHERE p.act = s.plan AND x.status = 'left') FROM instalment_parts s WHERE s.plan = ? AND s.n = ?`, int64(m.Amount), tx.Clock().Begins(m.PayDay).UnixMilli(), m.Plan, m.N).Scan(&known, &open)
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
		item, err := ledger.OweSince(tx, m.Member, ledger.ItemInstalment, m.Date, tx.Today(), m.Amount)
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
