package ledger

import (
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger/book"
)

// A hold keeps a part of what stands to somebody's credit from being spent, until the act that will spend it,
// or says that nothing will. Post refuses whatever would leave less than is held, by whatever room: so one
// balance is never promised twice.

// Hold keeps an amount of a party's account for this act; it refuses more than is free.
func Hold(tx *act.Tx, p Party, account int, amount money.Rupiah) error {
	if amount <= 0 {
		return fault.Refused("ledger.amount_invalid")
	}
	free, err := Free(tx, p, account)
	if err != nil {
		return err
	}
	if amount > free {
		return fault.Refused("ledger.held", fault.Params{"free": max(free, 0).Format()})
	}
	id, err := PartyID(tx, p)
	if err != nil {
		return err
	}
	return tx.Exec("INSERT INTO holds(act, party, account, amount) VALUES(?, ?, ?, ?)", tx.ID(), id, account, int64(amount))
}

// Release lets go of what an act held. That there is nothing any more is no fault.
func Release(tx *act.Tx, held int64) error { return tx.Exec("DELETE FROM holds WHERE act = ?", held) }

// Held is how much of a party's account is held.
func Held(r act.Reader, p Party, account int) (amount money.Rupiah, err error) {
	err = r.Row("SELECT coalesce(sum(h.amount), 0) FROM parties p JOIN holds h ON h.party = p.id WHERE p.ref = ? AND p.kind = ? AND h.account = ?",
		p.Ref, string(p.Kind), account).Scan(&amount)
	return amount, err
}

// Free is what stands to a party's credit on an account and is not held.
func Free(r act.Reader, p Party, account int) (money.Rupiah, error) {
	balance, err := Balance(r, p, account)
	if err != nil {
		return 0, err
	}
	held, err := Held(r, p, account)
	return -balance - held, err
}

// keepHolds refuses lines that take from voluntary savings what is held there. Nothing else can be held, and
// lines that only add, which are nearly all, ask nothing.
func keepHolds(r act.Reader, lines []Line) error {
	var taken map[Party]money.Rupiah
	for _, l := range lines {
		if l.Account == VoluntarySavings && l.Party.Kind == book.Member && l.Amount > 0 {
			if taken == nil {
				taken = map[Party]money.Rupiah{}
			}
			taken[l.Party] += l.Amount
		}
	}
	for p, amount := range taken {
		held, err := Held(r, p, VoluntarySavings)
		if err != nil {
			return err
		}
		if held == 0 {
			continue
		}
		free, err := Free(r, p, VoluntarySavings)
		if err != nil {
			return err
		}
		if amount > free {
			return fault.Refused("ledger.held", fault.Params{"free": max(free, 0).Format()})
		}
	}
	return nil
}
