package member

import (
	"fmt"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
)

// PrincipalAccount is where a payment of principal savings is credited: an applicant's money is only
// held (2107) until it is paid in full and the person is a member.
func PrincipalAccount(status Status) int {
	if status == Applicant {
		return ledger.DepositHeld
	}
	return ledger.PrincipalSavings
}

// ActivateIfPaid makes an applicant a member once nothing of the principal savings is open: the deposit
// becomes principal savings, and the first card is issued. It works inside whatever act took the
// money, after its settlements; anybody but a paid-up applicant is left as they are.
func ActivateIfPaid(tx *act.Tx, app core.App, number int64, date clock.Date) (activated bool, err error) {
	p, err := Find(tx, number)
	if err != nil || p.Status != Applicant {
		return false, err
	}
	var open, paid money.Rupiah
	if err := tx.Row(`SELECT coalesce(sum(r.remainder), 0) FROM item_remainders r JOIN open_items i ON i.id = r.item
		WHERE r.member = ? AND r.remainder > 0 AND i.kind = ?`, number, string(ledger.ItemPrincipal)).Scan(&open); err != nil || open > 0 {
		return false, err
	}
	if err := tx.Row(`SELECT coalesce(sum(s.amount), 0) FROM item_remainders r JOIN open_items i ON i.id = r.item JOIN settlements s ON s.item = i.id
		WHERE r.member = ? AND i.kind = ? AND s.kind IN (?, ?)`, number, string(ledger.ItemPrincipal), string(ledger.ByPayment), string(ledger.ByPayroll)).Scan(&paid); err != nil {
		return false, err
	}
	if err := creditPrincipal(tx, number, paid, date); err != nil {
		return false, err
	}
	return true, welcome(tx, app, number, date)
}

// welcome makes somebody a member and tells them, with the card that is theirs now.
func welcome(tx *act.Tx, app core.App, number int64, date clock.Date) error {
	if err := activate(tx, number, date); err != nil {
		return err
	}
	if err := notice.Keep(tx, app, notice.Notice{Member: number, Kind: notice.Activated}); err != nil {
		return err
	}
	return notice.Keep(tx, app, notice.Notice{Member: number, Kind: notice.CardIssued, Subject: "1"})
}

// creditPrincipal moves what was paid as principal from the deposits to the principal savings. What
// else is held for the person (deducted above what was owed) stays held.
func creditPrincipal(tx *act.Tx, number int64, paid money.Rupiah, date clock.Date) error {
	party := ledger.MemberParty(number)
	already, err := ledger.Balance(tx, party, ledger.PrincipalSavings)
	if err != nil {
		return err
	}
	held, err := ledger.Balance(tx, party, ledger.DepositHeld)
	if err != nil {
		return err
	}
	move := paid + already // credits are negative
	if move <= 0 {
		return nil
	}
	if -held < move {
		return fmt.Errorf("member: %d paid %d as principal but only %d is held", number, paid, -held)
	}
	_, err = ledger.Post(tx, ledger.Entry{Kind: ledger.KindMember, Date: date, Lines: []ledger.Line{
		ledger.Dr(ledger.DepositHeld, move, party), ledger.Cr(ledger.PrincipalSavings, move, party)}})
	return err
}

// activate puts a person into the register of members from a date on, with card number 1.
func activate(tx *act.Tx, number int64, date clock.Date) error {
	if err := note(tx, number, "activated", date, ""); err != nil {
		return err
	}
	if err := issueCard(tx, number, 1); err != nil {
		return err
	}
	return tx.Exec("UPDATE members SET status = ?, joined_on = ?, updated = ? WHERE number = ?",
		string(Active), string(date), stamp(tx), number)
}

// issueCard makes a serial the member's one valid card.
func issueCard(tx *act.Tx, number, serial int64) error {
	if err := tx.Exec("INSERT INTO card_events(member, serial, kind, act) VALUES(?, ?, 'issue', ?)", number, serial, tx.ID()); err != nil {
		return err
	}
	return tx.Exec("UPDATE members SET card_serial = ?, updated = ? WHERE number = ?", serial, stamp(tx), number)
}

// revokeCard kills a serial; a member without a card has none to kill.
func revokeCard(tx *act.Tx, number, serial int64) error {
	if serial == 0 {
		return nil
	}
	return tx.Exec("INSERT INTO card_events(member, serial, kind, act) VALUES(?, ?, 'revoke', ?)", number, serial, tx.ID())
}

// note adds a line to the register of members.
func note(tx *act.Tx, number int64, kind string, date clock.Date, reference string) error {
	return tx.Exec("INSERT INTO member_events(member, kind, date, reference, act) VALUES(?, ?, ?, ?, ?)", number, kind, string(date), reference, tx.ID())
}

// grant adds a mandate to the log of mandates.
func grant(tx *act.Tx, number int64, m Mandate) error {
	return tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, 'grant', ?, ?, ?, ?, ?)",
		number, string(m.ValidFrom), int64(m.Max), int64(m.Voluntary), m.Reference, tx.ID())
}

// revoke ends from a date on whatever was granted, also what was to begin later: the newest word holds.
func revoke(tx *act.Tx, number int64, from clock.Date, reference string) error {
	return tx.Exec("INSERT INTO mandates(member, kind, valid_from, max_rupiah, voluntary_rupiah, reference, act) VALUES(?, 'revoke', ?, 0, 0, ?, ?)",
		number, string(from), reference, tx.ID())
}

// stamp is the act's moment the way PocketBase writes it into "updated".
func stamp(tx *act.Tx) string { return tx.Now().UTC().Format("2006-01-02 15:04:05.000Z") }
