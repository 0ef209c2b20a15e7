package member

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/notice"
)

// BankAccount is the account from which a bank takes what a member owes. It is personal data (UU 27/2022): kept
// sealed, read by the member, treasurers and managers alone, written into nothing but the bank's own file, and
// erased with the person.
type BankAccount struct {
	Bank   string `json:"bank"`
	Number string `json:"account"` // digits
	Holder string `json:"holder"`  // as the bank knows the person
}

// Bounds of an account: the shortest and longest numbers of Indonesian banks, with room.
const (
	minAccount = 5
	maxAccount = 20
	maxBank    = 40
	maxHolder  = 60
)

// SetBank says which account holds from a date on; all empty with Remove: none does, and those before are erased.
type SetBank struct {
	BankAccount
	ValidFrom clock.Date `json:"valid_from,omitempty"` // empty: today
	Remove    bool       `json:"remove,omitempty"`
}

// BankSet is the answer; it repeats no number, because answers are kept.
type BankSet struct {
	Member    int64      `json:"member"`
	ValidFrom clock.Date `json:"valid_from"`
}

// Bank is what holds for a member, and since when accounts changed.
type Bank struct {
	Account   *BankAccount `json:"account"`
	ValidFrom clock.Date   `json:"valid_from"`
	Next      *BankAccount `json:"next"` // decided for later
	NextFrom  clock.Date   `json:"next_from"`
	By        act.Role     `json:"by"` // who entered what holds
}

// tidy writes an account as banks' files want it: digits alone, one space between words.
func (in *SetBank) tidy(today clock.Date) error {
	var bad fault.Input
	in.ValidFrom = cmp.Or(in.ValidFrom, today)
	date, ok := clock.ParseDate(string(in.ValidFrom))
	bad.Check(ok && date > always && date <= today.Add(366), "valid_from", "input.date")
	in.Bank, in.Holder = strings.Join(strings.Fields(in.Bank), " "), strings.Join(strings.Fields(in.Holder), " ")
	in.Number = strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '-' {
			return -1
		}
		return r
	}, in.Number)
	if in.Remove {
		in.BankAccount = BankAccount{}
		return bad.Err()
	}
	bad.Check(in.Bank != "", "bank", "input.required")
	bad.Check(len([]rune(in.Bank)) <= maxBank, "bank", "input.too_long", fault.Params{"max": maxBank})
	bad.Check(in.Holder != "", "holder", "input.required")
	bad.Check(len([]rune(in.Holder)) <= maxHolder, "holder", "input.too_long", fault.Params{"max": maxHolder})
	digits := strings.Trim(in.Number, "0123456789") == ""
	bad.Check(digits && len(in.Number) >= minAccount && len(in.Number) <= maxAccount, "account", "member.account_invalid", fault.Params{"min": minAccount, "max": maxAccount})
	return bad.Err()
}

// SetBankAccount keeps a member's account. The audit knows a keyed hash of it: from a bare one it could be guessed.
func SetBankAccount(ctx context.Context, app core.App, key string, by act.Actor, number int64, in SetBank) (BankSet, bool, error) {
	if err := in.tidy(clock.Of(app).Today()); err != nil {
		return BankSet{}, false, err
	}
	ring, err := keys.Of(app)
	if err != nil {
		return BankSet{}, false, err
	}
	raw, err := json.Marshal(in.BankAccount)
	if err != nil {
		return BankSet{}, false, err
	}
	out := BankSet{number, in.ValidFrom}
	a := act.Act{Kind: "member.set_bank", Key: key, By: by, Input: struct {
		BankSet
		Hash string
	}{out, ring.Index("bank", string(raw))}}
	return act.Do(ctx, app, a, func(tx *act.Tx) (BankSet, error) {
		if err := mayMandate(tx, number); err != nil {
			return out, err
		}
		notice.Tell(tx, app, number, "payroll", PrintNumber(number))
		if in.Remove {
			return out, eraseBank(tx, number)
		}
		return out, tx.Exec("INSERT INTO member_banks(member, valid_from, sealed, act) VALUES(?, ?, ?, ?)", number, string(in.ValidFrom), ring.Seal(string(raw)), tx.ID())
	})
}

func eraseBank(tx *act.Tx, number int64) error {
	return tx.Exec("DELETE FROM member_banks WHERE member = ?", number)
}

// BankOf reads what holds for a member today, and what comes.
func BankOf(app core.App, number int64) (b Bank, err error) {
	r, today := act.Read(app), clock.Of(app).Today()
	if _, err := Find(r, number); err != nil {
		return b, err
	}
	ring, err := keys.Of(app)
	if err != nil {
		return b, err
	}
	return b, act.Each(r, "SELECT b.valid_from, b.sealed, a.role FROM member_banks b JOIN acts a ON a.id = b.act WHERE b.member = ? ORDER BY b.valid_from, b.id", []any{number}, func(row act.Scanner) error {
		var from clock.Date
		var sealed string
		var by act.Role
		if err := row.Scan(&from, &sealed, &by); err != nil {
			return err
		}
		account, err := openBank(ring, sealed)
		if from > today {
			b.Next, b.NextFrom = &account, from
		} else {
			b.Account, b.ValidFrom, b.By = &account, from, by
		}
		return err
	})
}

func openBank(ring *keys.Ring, sealed string) (account BankAccount, err error) {
	text, err := ring.Open(sealed)
	if err != nil {
		return account, err
	}
	return account, json.Unmarshal([]byte(text), &account)
}

// BanksOn are the accounts that hold on a date, by member number; wanted says whose.
func BanksOn(r act.Reader, ring *keys.Ring, on clock.Date, wanted map[int64]bool) (map[int64]BankAccount, error) {
	sealed := map[int64]string{}
	err := act.Each(r, "SELECT member, sealed FROM member_banks WHERE valid_from <= ? ORDER BY member, valid_from, id", []any{string(on)}, func(row act.Scanner) error {
		var number int64
		var text string
		err := row.Scan(&number, &text)
		if wanted[number] {
			sealed[number] = text // the newest comes last
		}
		return err
	})
	found := make(map[int64]BankAccount, len(sealed))
	for number, text := range sealed {
		if err == nil {
			found[number], err = openBank(ring, text)
		}
	}
	return found, err
}

// bankRoutes are the doors of a member's account: the member's own, and the office's.
func bankRoutes() []web.Route {
	return []web.Route{
		web.Get("/api/coop/me/bank", web.Members, "The account from which the bank takes what the caller owes.", func(c *web.Call) (Bank, error) {
			c.Response.Header().Set("Cache-Control", "no-store")
			return BankOf(c.App, c.By.Number)
		}),
		web.Post("/api/coop/me/bank", web.Members, "Keeps the caller's account, or erases it.", func(c *web.Call, key string, in SetBank) (BankSet, bool, error) {
			return SetBankAccount(c.Request.Context(), c.App, key, c.By, c.By.Number, in)
		}).AsFresh(),
		web.Get("/api/coop/members/{number}/bank", web.Treasurers, "The account from which the bank takes what a member owes.", func(c *web.Call) (Bank, error) {
			number, err := c.Number("number")
			if err != nil {
				return Bank{}, err
			}
			c.Response.Header().Set("Cache-Control", "no-store")
			return BankOf(c.App, number)
		}).Shows(web.Opened, "bank", whyMembers),
		web.Post("/api/coop/members/{number}/bank", web.Treasurers, "Keeps a member's account, or erases it.", numbered(func(c *web.Call, key string, number int64, in SetBank) (BankSet, bool, error) {
			return SetBankAccount(c.Request.Context(), c.App, key, c.By, number, in)
		})).AsFresh(),
	}
}
