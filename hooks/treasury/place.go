// Package treasury is the room of cash and bank: what the co-op spends and takes outside the shop, and
// whether its books agree with the bank's. It knows suppliers, consignors and members by what the
// ledger says of them; the payroll and the shop are asked through ports.
package treasury

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/ledger/book"
)

// Kinds of place where money lies.
const (
	placeCash = "cash" // the main cash box, 1101
	placeBank = "bank" // a bank account, 1111
	placeQRIS = "qris" // taken by QRIS and not yet on that bank account, 1115
)

// Place is where money lies: "cash", "bank:1", "qris:1".
type Place struct {
	Kind string
	Bank int64 // the number of the bank account
}

func (p Place) String() string {
	if p.Kind == placeCash {
		return placeCash
	}
	return p.Kind + ":" + strconv.FormatInt(p.Bank, 10)
}

// ParsePlace reads a place; it says nothing of whether the bank account exists.
func ParsePlace(text string) (Place, bool) {
	if text == placeCash {
		return Place{Kind: placeCash}, true
	}
	kind, ref, _ := strings.Cut(text, ":")
	number, err := strconv.ParseInt(ref, 10, 64)
	p := Place{kind, number}
	return p, err == nil && number > 0 && (kind == placeBank || kind == placeQRIS) && p.String() == text
}

func bankParty(number int64) ledger.Party { return book.Of(book.Bank, number) }

// debit is the line of money that comes to a place; a negative amount leaves it.
func (p Place) debit(amount money.Rupiah) ledger.Line {
	switch p.Kind {
	case placeBank:
		return ledger.Dr(ledger.Bank, amount, bankParty(p.Bank))
	case placeQRIS:
		return ledger.Dr(ledger.QRISSettling, amount, bankParty(p.Bank))
	}
	return ledger.Dr(ledger.Cash, amount)
}

// balance is what the books say lies there.
func (p Place) balance(r act.Reader) (money.Rupiah, error) {
	if p.Kind == placeCash {
		return ledger.AccountBalance(r, ledger.Cash)
	}
	return ledger.Balance(r, bankParty(p.Bank), p.debit(1).Account)
}

// usable refuses a bank account that isn't there or is closed.
func (p Place) usable(r act.Reader) error {
	if p.Kind == placeCash {
		return nil
	}
	b, err := bankOf(r, p.Bank)
	if err == nil && b.Closed {
		err = fault.Refused("treasury.bank_closed", fault.Params{"bank": b.Name})
	}
	return err
}

// covers refuses more than lies there. A bank may lend; a box and an acquirer don't.
func (p Place) covers(r act.Reader, amount money.Rupiah) error {
	if p.Kind == placeBank {
		return nil
	}
	left, err := p.balance(r)
	if err == nil && amount > left {
		code := map[string]string{placeCash: "treasury.cash_short", placeQRIS: "treasury.qris_short"}[p.Kind]
		err = fault.Refused(code, fault.Params{"left": left.Format()})
	}
	return err
}

// BankAccount is one of the co-op's accounts at a bank.
type BankAccount struct {
	Number int64  `json:"number"`
	Name   string `json:"name"`
	Closed bool   `json:"closed"`
}

func bankOf(r act.Reader, number int64) (b BankAccount, err error) {
	b.Number = number
	err = r.Row("SELECT name, closed FROM bank_accounts WHERE number = ?", number).Scan(&b.Name, &b.Closed)
	if errors.Is(err, sql.ErrNoRows) {
		return b, fault.NotFound("treasury.bank_unknown", fault.Params{"bank": number})
	}
	return b, err
}

// banks lists the accounts, the main one first.
func banks(r act.Reader) ([]BankAccount, error) {
	all := []BankAccount{}
	err := act.Each(r, "SELECT CAST(number AS INTEGER), name, closed FROM bank_accounts ORDER BY number", nil, func(row act.Scanner) error {
		var b BankAccount
		err := row.Scan(&b.Number, &b.Name, &b.Closed)
		all = append(all, b)
		return err
	})
	return all, err
}

// PlaceView is a place with what lies there.
type PlaceView struct {
	Place   string       `json:"place"`
	Kind    string       `json:"kind"`
	Name    string       `json:"name"` // of the bank account; empty for the cash box
	Balance money.Rupiah `json:"balance_rupiah"`
	Closed  bool         `json:"closed"`
}

// places lists where the co-op's money lies: the box, then each bank account with what QRIS owes it.
func places(r act.Reader) ([]PlaceView, error) {
	accounts, err := banks(r)
	if err != nil {
		return nil, err
	}
	all := []PlaceView{{Kind: placeCash, Place: placeCash}}
	for _, b := range accounts {
		for _, kind := range []string{placeBank, placeQRIS} {
			all = append(all, PlaceView{Kind: kind, Place: Place{kind, b.Number}.String(), Name: b.Name, Closed: b.Closed})
		}
	}
	for i := range all {
		p, _ := ParsePlace(all[i].Place)
		if all[i].Balance, err = p.balance(r); err != nil {
			return nil, err
		}
	}
	return all, nil
}
