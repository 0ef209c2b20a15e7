package ledger

import (
	"database/sql"
	"errors"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// ItemKind is why a member owes or is due to save something.
type ItemKind string

// Kinds of open item. Savings that are due are no receivable: equity is booked when it is paid.
const (
	ItemPrincipal  ItemKind = "principal"
	ItemMandatory  ItemKind = "mandatory"
	ItemVoluntary  ItemKind = "voluntary"
	ItemInstalment ItemKind = "instalment"
	ItemStore      ItemKind = "store"
)

// CreditAccount is the account that a payment of an item is credited to.
func (k ItemKind) CreditAccount() int {
	return map[ItemKind]int{ItemPrincipal: PrincipalSavings, ItemMandatory: MandatorySavings, ItemVoluntary: VoluntarySavings,
		ItemInstalment: InstalmentRecv, ItemStore: StoreReceivable}[k]
}

// Debt says whether an item is a receivable of the co-op, as against savings that are due.
func (k ItemKind) Debt() bool { return k == ItemStore || k == ItemInstalment }

// SettledBy is how an item, or a part of it, was settled.
type SettledBy string

// Ways to settle. Waived ends an item without money: voluntary savings that could not be deducted.
const (
	ByPayment SettledBy = "payment"
	ByPayroll SettledBy = "payroll"
	ByOffset  SettledBy = "offset"
	ByWaiver  SettledBy = "waived"
	ByReturn  SettledBy = "return"
)

// Item is an open item with what remains of it. Act is the act that made it.
type Item struct {
	ID        int64
	Member    int64
	Kind      ItemKind
	Date      clock.Date
	Amount    money.Rupiah
	Remainder money.Rupiah
	Act       int64
}

type lastItemKey struct{}

// Owe notes that a member owes, or is due to save, an amount since a date, on which it came into the books.
func Owe(tx *act.Tx, member int64, kind ItemKind, date clock.Date, amount money.Rupiah) (id int64, err error) {
	return OweSince(tx, member, kind, date, date, amount)
}

// OweSince is Owe for what is owed since another day than that of the entry which brought it into the books.
func OweSince(tx *act.Tx, member int64, kind ItemKind, date, booked clock.Date, amount money.Rupiah) (id int64, err error) {
	if amount <= 0 {
		return 0, fault.Refused("ledger.amount_invalid")
	}
	last, err := act.Remember(tx, lastItemKey{}, func() (last int64, err error) {
		err = tx.Row("SELECT coalesce(max(id), 0) FROM open_items").Scan(&last)
		return last, err
	})
	if err != nil {
		return 0, err
	}
	id = last + 1
	tx.Keep(lastItemKey{}, id)
	if err := tx.Exec("INSERT OR FAIL INTO open_items(id, member, kind, date, amount, act) VALUES(?, ?, ?, ?, ?, ?)",
		id, member, string(kind), string(date), int64(amount), tx.ID()); err != nil {
		return 0, err
	}
	var other any // a sale's is the same: NULL takes no room
	if kind.Debt() && booked != date {
		other = string(booked)
	}
	if err := tx.Exec("INSERT OR FAIL INTO item_remainders(item, member, remainder, booked) VALUES(?, ?, ?, ?)", id, member, int64(amount), other); err != nil {
		return 0, err
	}
	return id, oweOn(tx, kind, date, booked, amount)
}

// owedDay is remembered: what is owed since a day.
type owedDay clock.Date

// owedMove is remembered: by how much what is owed since a day changed on another.
type owedMove struct{ date, since clock.Date }

// oweOn moves what members owe since a day, on the business date of the change. Savings that are due are no debts.
func oweOn(tx *act.Tx, kind ItemKind, date, on clock.Date, amount money.Rupiah) error {
	if !kind.Debt() {
		return nil
	}
	owed, err := act.Remember(tx, owedDay(date), func() (owed money.Rupiah, err error) {
		err = tx.Row("SELECT coalesce((SELECT remainder FROM owed_days WHERE date = ?), 0)", string(date)).Scan(&owed)
		return owed, err
	})
	if err != nil {
		return err
	}
	owed += amount
	if err := tx.Replace(owedDay(date), owed, "owed_days", "INSERT INTO owed_days(date, remainder) VALUES(?, ?) ON CONFLICT(date) DO UPDATE SET remainder = excluded.remainder",
		string(date), int64(owed)); err != nil {
		return err
	}
	key := owedMove{on, date}
	moved, err := act.Remember(tx, key, func() (moved money.Rupiah, err error) {
		err = tx.Row("SELECT coalesce((SELECT amount FROM owed_moves WHERE date = ? AND since = ?), 0)", string(on), string(date)).Scan(&moved)
		return moved, err
	})
	if err != nil {
		return err
	}
	moved += amount
	return tx.Replace(key, moved, "owed_moves", "INSERT INTO owed_moves(date, since, amount) VALUES(?, ?, ?) ON CONFLICT(date, since) DO UPDATE SET amount = excluded.amount",
		string(on), string(date), int64(moved))
}

// entryDate is remembered: the date of an entry.
type entryDate int64

// settledOn is the business date of a settlement: its entry's, or today, where no money moved.
func settledOn(tx *act.Tx, entry int64) (clock.Date, error) {
	if entry == 0 {
		return tx.Today(), nil
	}
	return act.Remember(tx, entryDate(entry), func() (date clock.Date, err error) {
		err = tx.Row("SELECT date FROM journal WHERE id = ?", entry).Scan(&date)
		return date, err
	})
}

// Settle reduces an item by an amount of at most its remainder. The entry is 0 when no money moved; that of a debt always
// names the entry which took it off its account.
func Settle(tx *act.Tx, item int64, amount money.Rupiah, by SettledBy, entry int64) error {
	i, err := known(tx, item)
	if err != nil {
		return err
	}
	return SettleKnown(tx, i, amount, by, entry)
}

// known reads what never changes of an item.
func known(r act.Reader, item int64) (Item, error) {
	i := Item{ID: item}
	err := r.Row("SELECT kind, date FROM open_items WHERE id = ?", item).Scan(&i.Kind, &i.Date)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Refused("ledger.settles_too_much", fault.Params{"item": item})
	}
	return i, err
}

// SettleKnown is Settle for an item whose kind and date were read before: they never change. A payroll settles
// hundreds of thousands.
func SettleKnown(tx *act.Tx, i Item, amount money.Rupiah, by SettledBy, entry int64) error {
	if amount <= 0 {
		return fault.Refused("ledger.amount_invalid")
	}
	return settle(tx, i, amount, by, entry)
}

// settle writes a settlement; below zero it is taken back.
func settle(tx *act.Tx, i Item, amount money.Rupiah, by SettledBy, entry int64) error {
	on, err := settledOn(tx, entry)
	if err != nil {
		return err
	}
	var settled, entryOrNull any
	if i.Kind.Debt() {
		settled = string(on)
	}
	if entry != 0 {
		entryOrNull = entry
	}
	n, err := tx.ExecCount(`UPDATE item_remainders SET remainder = remainder - ?, settled = CASE WHEN settled > ? THEN settled ELSE ? END
		WHERE item = ? AND remainder >= ? AND (? > 0 OR remainder - ? <= (SELECT amount FROM open_items WHERE id = item))`, int64(amount), settled, settled, i.ID, int64(amount), int64(amount), int64(amount))
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Refused("ledger.settles_too_much", fault.Params{"item": i.ID})
	}
	if err := oweOn(tx, i.Kind, i.Date, on, -amount); err != nil {
		return err
	}
	return tx.Exec("INSERT OR FAIL INTO settlements(item, amount, kind, entry, act) VALUES(?, ?, ?, ?, ?)", i.ID, int64(amount), string(by), entryOrNull, tx.ID())
}

// Reopen takes back what a payment settled, because the payment itself is reversed by an entry.
func Reopen(tx *act.Tx, item int64, amount money.Rupiah, by SettledBy, entry int64) error {
	if amount <= 0 {
		return fault.Refused("ledger.amount_invalid")
	}
	i, err := known(tx, item)
	if err != nil {
		return err
	}
	return settle(tx, i, -amount, by, entry)
}

const itemColumns = "i.id, i.member, i.kind, i.date, i.amount, r.remainder, i.act"

func scanItem(row act.Scanner) (i Item, err error) {
	err = row.Scan(&i.ID, &i.Member, &i.Kind, &i.Date, &i.Amount, &i.Remainder, &i.Act)
	return i, err
}

// OpenItems lists what a member still owes or is due to save, oldest first.
func OpenItems(r act.Reader, member int64) ([]Item, error) {
	var items []Item
	err := act.Each(r, "SELECT "+itemColumns+" FROM item_remainders r JOIN open_items i ON i.id = r.item WHERE r.member = ? AND r.remainder > 0 ORDER BY i.date, i.id",
		[]any{member}, func(row act.Scanner) error {
			i, err := scanItem(row)
			items = append(items, i)
			return err
		})
	return items, err
}

// ItemOf reads one item.
func ItemOf(r act.Reader, id int64) (Item, error) {
	i, err := scanItem(r.Row("SELECT "+itemColumns+" FROM item_remainders r JOIN open_items i ON i.id = r.item WHERE i.id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return i, fault.NotFound("ledger.item_unknown", fault.Params{"item": id})
	}
	return i, err
}

// OpenMembers lists the members who have open items, in order, after a number, at most limit of them.
func OpenMembers(r act.Reader, after int64, limit int) ([]int64, error) {
	var members []int64
	err := act.Each(r, "SELECT DISTINCT member FROM item_remainders WHERE remainder > 0 AND member > ? ORDER BY member LIMIT ?",
		[]any{after, limit}, func(row act.Scanner) error {
			var m int64
			err := row.Scan(&m)
			members = append(members, m)
			return err
		})
	return members, err
}
