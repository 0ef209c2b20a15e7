package payroll

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
	"kpdk/hooks/member"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// What a member does with deductions above what was owed, on 2107.
const (
	ExcessRefund = "refund" // the treasurer pays it out
	ExcessUse    = "use"    // it lowers the coming deductions
)

// ExcessChosen is a member's choice.
type ExcessChosen struct {
	Choice string `json:"choice"`
}

// ChooseExcess keeps what a member wants; it holds until the member wants something else.
func ChooseExcess(ctx context.Context, app core.App, key string, by act.Actor, in ExcessChosen) (ExcessChosen, bool, error) {
	var bad fault.Input
	bad.Check(slices.Contains(policy.Excess.Allowed, in.Choice), "choice", "payroll.excess_choice")
	if err := bad.Err(); err != nil {
		return in, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.choose_excess", Key: key, Input: in, By: by}, func(tx *act.Tx) (ExcessChosen, error) {
		notice.Tell(tx, app, by.Number, "excess", in.Choice)
		tx.AfterCommit(func() { notice.Publish(app, notice.Books, Change{What: "treasury"}) })
		return in, tx.Exec("INSERT INTO excess_choices(member, choice, act) VALUES(?, ?, ?)", by.Number, in.Choice, tx.ID())
	})
}

// ExcessChoice is what holds for a member: the own choice, else the co-op's policy. From whoever left nothing is
// deducted any more, so there is nothing to lower.
func ExcessChoice(r act.Reader, number int64, on clock.Date) (choice string, err error) {
	person, err := member.Find(r, number)
	if err != nil || person.Status == member.Left {
		return ExcessRefund, err
	}
	err = r.Row("SELECT choice FROM excess_choices WHERE member = ? ORDER BY id DESC LIMIT 1", number).Scan(&choice)
	if errors.Is(err, sql.ErrNoRows) {
		return policy.Excess.On(r, on)
	}
	return choice, err
}

// Held is what stands on 2107 for a member, and what becomes of it.
type Held struct {
	Amount money.Rupiah `json:"amount_rupiah"`
	Choice string       `json:"choice"`
	Asks   bool         `json:"asks"` // an objection was granted, and what it spared waits for the member to choose
}

// HeldFor reads it. What an applicant paid in is the beginning of the principal savings, and no excess.
func HeldFor(r act.Reader, number int64, on clock.Date) (h Held, err error) {
	person, err := member.Find(r, number)
	if err != nil || person.Status != member.Active {
		return h, err
	}
	balance, err := ledger.Balance(r, ledger.MemberParty(number), ledger.DepositHeld)
	if err != nil {
		return h, err
	}
	h.Amount = -balance
	if h.Choice, err = ExcessChoice(r, number, on); err != nil || h.Amount <= 0 || h.Choice != ExcessUse {
		return h, err
	}
	spared, err := sparedOf(r, number)
	h.Asks = len(spared) > 0
	return h, err
}

// sparedOf lists the open items of a member on which an objection was granted since the member last chose: what is held
// pays none of them by itself, or the grant would be undone.
func sparedOf(r act.Reader, number int64) (map[int64]bool, error) {
	items := map[int64]bool{}
	return items, act.Each(r, `SELECT x.item FROM objections o JOIN payroll_adjustments x ON x.period = o.period AND x.member = o.member AND x.objection = o.act JOIN item_remainders r ON r.item = x.item AND r.remainder > 0
		WHERE o.member = ? AND x.act > coalesce((SELECT act FROM excess_choices WHERE member = o.member ORDER BY id DESC LIMIT 1), 0)`, []any{number}, func(row act.Scanner) error {
		var item int64
		err := row.Scan(&item)
		items[item] = true
		return err
	})
}

// chunkExcess is how many members one link of useExcess takes: each reads its own claims.
const chunkExcess = 40

// useExcess pays what members owe up to a period's cut-off out of what is held for them, before the list is
// drafted: the list asks for so much less. Whoever wants a refund is left alone.
func useExcess(ctx context.Context, app core.App, key string, by act.Actor, p clock.Period) error {
	r := act.Read(app)
	usual, err := policy.Excess.On(r, clock.Of(app).Today())
	if err != nil {
		return err
	}
	var list []int64
	err = act.Each(r, `SELECT CAST(m.number AS INT) FROM party_balances b JOIN parties p ON p.id = b.party AND p.kind = ? JOIN members m ON m.number = CAST(p.ref AS INT) AND m.status = ?
		WHERE b.account = ? AND b.amount < 0 AND coalesce((SELECT choice FROM excess_choices c WHERE c.member = m.number ORDER BY id DESC LIMIT 1), ?) = ? ORDER BY m.number`,
		[]any{string(book.Member), string(member.Active), ledger.DepositHeld, usual, ExcessUse}, func(row act.Scanner) error {
			var number int64
			err := row.Scan(&number)
			list = append(list, number)
			return err
		})
	type input struct {
		Period  clock.Period
		Members []int64
	}
	for chunk := range slices.Chunk(list, chunkExcess) {
		if err != nil {
			return err
		}
		_, err = link(ctx, app, by, "payroll.use_excess", linkKeyOf(key, "excess", chunk), input{p, chunk}, func(tx *act.Tx) (money.Rupiah, error) {
			return useChunk(tx, app, p, chunk)
		})
	}
	return err
}

// used is what of one member's claims is paid out of 2107.
type used struct {
	member int64
	claims []Claim
	taken  []money.Rupiah
	sum    money.Rupiah
}

func useChunk(tx *act.Tx, app core.App, p clock.Period, members []int64) (sum money.Rupiah, err error) {
	if err := draftable(tx, p, tx.Today()); err != nil {
		return 0, err
	}
	rules, err := rulesFor(tx, p)
	if err != nil {
		return 0, err
	}
	var all []used
	var lines []ledger.Line
	for _, number := range members {
		u, err := useOf(tx, rules, number)
		if err != nil {
			return 0, err
		}
		if u.sum == 0 {
			continue
		}
		party := ledger.MemberParty(number)
		lines = append(lines, ledger.Dr(ledger.DepositHeld, u.sum, party))
		for i, c := range u.claims {
			lines = append(lines, ledger.Cr(c.Kind.CreditAccount(), u.taken[i], party))
		}
		all, sum = append(all, u), sum+u.sum
	}
	if sum == 0 {
		return 0, nil
	}
	posted, err := ledger.Post(tx, ledger.Entry{Kind: ledger.KindPayroll, Date: tx.Today(), Lines: lines})
	if err != nil {
		return 0, err
	}
	for _, u := range all {
		for i, c := range u.claims {
			if u.taken[i] == 0 {
				continue
			}
			if err := ledger.Settle(tx, c.Item, u.taken[i], ledger.ByOffset, posted.Entry); err != nil {
				return 0, err
			}
		}
		if err := tx.Exec("INSERT INTO excess_uses(act, member, period, amount, entry) VALUES(?, ?, ?, ?, ?)", tx.ID(), u.member, string(p), int64(u.sum), posted.Entry); err != nil {
			return 0, err
		}
		notice.Tell(tx, app, u.member, "payment", string(p))
	}
	return sum, nil
}

// useOf allocates what is held for a member by the order of the list. Voluntary savings are left out: they are
// a wish for money from the pay, and no debt; and so is what a granted objection spares, until the member chooses.
func useOf(tx *act.Tx, rules draftRules, number int64) (u used, err error) {
	balance, err := ledger.Balance(tx, ledger.MemberParty(number), ledger.DepositHeld)
	if err != nil || balance >= 0 {
		return u, err
	}
	if choice, err := ExcessChoice(tx, number, tx.Today()); err != nil || choice != ExcessUse { // chosen since the draft began
		return u, err
	}
	found, err := candidates(tx, rules, number-1, number)
	if err != nil || found[number] == nil {
		return u, err
	}
	c := found[number]
	u.member = number
	spared, err := sparedOf(tx, number)
	if err != nil {
		return u, err
	}
	u.claims = slices.DeleteFunc(Rank(c.claims, rules.Order, rules.From), func(c Claim) bool { return c.Kind == ledger.ItemVoluntary || spared[c.Item] })
	wanted := dues(u.claims)
	for i, claim := range u.claims {
		if most, ok := c.terms.Most[claim.Item]; ok {
			wanted[i] = min(wanted[i], most)
		}
	}
	var rest money.Rupiah
	u.taken, rest = Allocate(-balance, wanted)
	u.sum = -balance - rest
	return u, nil
}

// usedFor is what was paid out of 2107 for a member's month.
func usedFor(r act.Reader, p clock.Period, number int64) (sum money.Rupiah, err error) {
	err = r.Row("SELECT coalesce(sum(amount), 0) FROM excess_uses WHERE member = ? AND period = ?", number, string(p)).Scan(&sum)
	return sum, err
}
