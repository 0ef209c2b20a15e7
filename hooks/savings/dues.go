package savings

import (
	"context"
	"errors"
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// duesChunk is how many members one act takes.
const duesChunk = 200

// due is what one member is to save in a period.
type due struct {
	Member    int64        `json:"member"`
	Mandatory money.Rupiah `json:"mandatory_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
}

// Made counts what a call of MakeDues added.
type Made struct {
	Members   int          `json:"members"`
	Mandatory money.Rupiah `json:"mandatory_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
	Ahead     money.Rupiah `json:"ahead_rupiah,omitempty"` // of what was due, settled at once from what was paid ahead
}

const duesKind = "savings.dues"

// MakeDues makes what the members are due to save for a payroll period: the mandatory savings, and the
// voluntary ones that their mandate names. Nobody gets the same period twice, however often and by
// whoever it is called: the acts of a period are numbered without gaps, so of two that run at once one
// finds its number taken and looks again. What somebody paid ahead settles the new dues in the same act.
func MakeDues(ctx context.Context, app core.App, period clock.Period) (Made, error) {
	return makePeriod(ctx, app, period, true)
}

// CatchUp makes the mandatory savings of this month, and those of the months that a machine slept through,
// each by the amounts of its own date. What a mandate adds is left to the payroll list that carries it:
// voluntary savings that no list asked for never become a debt.
func CatchUp(ctx context.Context, app core.App, today clock.Date) (all Made, err error) {
	until := today.Period().Add(1)
	from, err := lastPeriod(act.Read(app), until)
	for p := from; err == nil && p <= until; p = p.Add(1) {
		var made Made
		made, err = makePeriod(ctx, app, p, false)
		all.add(made)
	}
	return all, err
}

func (m *Made) add(n Made) {
	m.Members += n.Members
	m.Mandatory += n.Mandatory
	m.Voluntary += n.Voluntary
	m.Ahead += n.Ahead
}

// mostMissed is how many months a catch-up goes back at most: a machine that slept for longer is another co-op.
const mostMissed = 24

// lastPeriod is the newest period, up to one, that any dues were made of; its chain may have been broken off.
// Where there never were any, the co-op begins with this month.
func lastPeriod(r act.Reader, until clock.Period) (clock.Period, error) {
	var key string
	err := r.Row("SELECT coalesce(max(key), '') FROM acts WHERE key >= 'dues:' AND key < ? AND kind = ?", keyPrefix(until.Add(1)), duesKind).Scan(&key)
	if err != nil || key == "" {
		return until, err
	}
	p, ok := clock.ParsePeriod(key[len("dues:") : len("dues:")+len("2006-01")])
	if !ok {
		return until, fmt.Errorf("savings: %s is no key of dues", key)
	}
	return max(p, until.Add(-mostMissed)), nil
}

func makePeriod(ctx context.Context, app core.App, period clock.Period, voluntary bool) (all Made, err error) {
	if _, ok := clock.ParsePeriod(string(period)); !ok {
		var problems fault.Input
		problems.Add("period", "input.period")
		return all, problems.Err()
	}
	const tries = 20
	for range tries {
		made, err := makeDues(ctx, app, period, voluntary)
		all.add(made)
		if !errors.Is(err, fault.Refused("idempotency_conflict")) {
			return all, err
		}
	}
	return all, fault.Refused("savings.dues_busy", fault.Params{"period": period})
}

func makeDues(ctx context.Context, app core.App, period clock.Period, voluntary bool) (all Made, err error) {
	var list []due
	var done int
	err = act.Snapshot(ctx, app, func(r act.Reader) error {
		if done, err = actsOf(r, period); err != nil {
			return err
		}
		list, err = lacking(r, period, voluntary)
		return err
	})
	if err != nil {
		return all, err
	}
	for at := 0; at < len(list); at += duesChunk {
		part := list[at:min(at+duesChunk, len(list))]
		done++
		a := act.Act{Kind: duesKind, Key: fmt.Sprintf("%s%06d", keyPrefix(period), done), Input: part, By: act.BySystem}
		made, replayed, err := act.Do(ctx, app, a, func(tx *act.Tx) (Made, error) { return writeDues(tx, app, period, part) })
		if err != nil {
			return all, err
		}
		if !replayed {
			all.add(made)
		}
	}
	return all, nil
}

func keyPrefix(period clock.Period) string { return "dues:" + string(period) + ":" }

// actsOf counts the acts that already made dues of a period.
func actsOf(r act.Reader, period clock.Period) (n int, err error) {
	prefix := keyPrefix(period)
	err = r.Row("SELECT count(*) FROM acts WHERE key >= ? AND key < ? AND kind = ?", prefix, prefix+"~", duesKind).Scan(&n)
	return n, err
}

// lacking lists the members who joined before the period with what they are due and have no item of yet; with them
// those who are due nothing new, and have paid ahead what is due.
func lacking(r act.Reader, period clock.Period, voluntary bool) ([]due, error) {
	date := DuesDate(period)
	rates, err := policy.Mandatory.On(r, date)
	if err != nil {
		return nil, err
	}
	grades, err := member.GradesOn(r, date)
	if err != nil {
		return nil, err
	}
	day, err := policy.CutoffDay.On(r, date)
	if err != nil {
		return nil, err
	}
	wished := map[int64]money.Rupiah{}
	if voluntary {
		if wished, err = member.VoluntaryOn(r, period.Add(-1).Day(int(day))); err != nil {
			return nil, err
		}
	}
	made, err := itemsOf(r, date)
	if err != nil {
		return nil, err
	}
	owes, err := uncovered(r)
	if err != nil {
		return nil, err
	}
	var list []due
	err = act.Each(r, "SELECT number FROM members WHERE status = ? AND joined_on <> '' AND joined_on < ? ORDER BY number",
		[]any{string(member.Active), string(period.First())}, func(row act.Scanner) error {
			var d due
			err := row.Scan(&d.Member)
			has := made[d.Member]
			if !has.mandatory {
				d.Mandatory = rates.Of(grades[d.Member])
			}
			if !has.voluntary {
				d.Voluntary = wished[d.Member]
			}
			if d.Mandatory+d.Voluntary > 0 || owes[d.Member] {
				list = append(list, d)
			}
			return err
		})
	return list, err
}

// has says which items of a month somebody has.
type has struct{ mandatory, voluntary bool }

// itemsOf finds who has which items of a month. The condition on the kind is the index's own.
func itemsOf(r act.Reader, date clock.Date) (map[int64]has, error) {
	all := map[int64]has{}
	err := act.Each(r, "SELECT member, kind FROM open_items WHERE date = ? AND (kind = 'mandatory' OR kind = 'voluntary')", []any{string(date)}, func(row act.Scanner) error {
		var number int64
		var kind ledger.ItemKind
		err := row.Scan(&number, &kind)
		h := all[number]
		all[number] = has{h.mandatory || kind == ledger.ItemMandatory, h.voluntary || kind == ledger.ItemVoluntary}
		return err
	})
	return all, err
}

// writeDues owes a part of the list, in its order, without those who left since it was made.
func writeDues(tx *act.Tx, app core.App, period clock.Period, part []due) (made Made, err error) {
	active := make(map[int64]bool, len(part))
	err = act.Each(tx, "SELECT number FROM members WHERE number BETWEEN ? AND ? AND status = ?", []any{part[0].Member, part[len(part)-1].Member, string(member.Active)}, func(row act.Scanner) error {
		var number int64
		err := row.Scan(&number)
		active[number] = true
		return err
	})
	if err != nil {
		return made, err
	}
	numbers := make([]int64, len(part))
	for i, d := range part {
		numbers[i] = d.Member
	}
	ahead, err := aheadOf(tx, numbers)
	if err != nil {
		return made, err
	}
	var told []int64
	for _, d := range part {
		if !active[d.Member] {
			continue
		}
		for _, item := range []struct {
			kind   ledger.ItemKind
			amount money.Rupiah
		}{{ledger.ItemMandatory, d.Mandatory}, {ledger.ItemVoluntary, d.Voluntary}} {
			if item.amount == 0 {
				continue
			}
			if _, err := ledger.Owe(tx, d.Member, item.kind, DuesDate(period), item.amount); err != nil {
				return made, err
			}
		}
		covered, err := cover(tx, d.Member, ahead[d.Member])
		if err != nil {
			return made, err
		}
		told = append(told, d.Member)
		one := Made{Mandatory: d.Mandatory, Voluntary: d.Voluntary, Ahead: covered}
		if d.Mandatory+d.Voluntary > 0 {
			one.Members = 1
		}
		made.add(one)
	}
	notice.TellMany(tx, app, told, "savings")
	return made, nil
}
