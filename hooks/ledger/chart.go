package ledger

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/ledger/book"
)

// accountNature is what acts take an account to be.
type accountNature struct {
	kind  string // of AccountKinds
	party book.PartyKind
}

// reserved are the accounts that acts post to. Every chart has them, with this meaning: they may be renamed, and never
// closed, moved to another code or given another kind.
var reserved = map[int]accountNature{
	Cash: {"asset", book.NoParty}, ShiftCash: {"asset", book.Shift}, Bank: {"asset", book.Bank}, QRISSettling: {"asset", book.Bank},
	StoreReceivable: {"asset", book.Member}, InstalmentRecv: {"asset", book.Member}, PayrollClearing: {"asset", book.UnitRun}, Inventory: {"asset", book.NoParty},
	SupplierPayable: {"liability", book.Supplier}, ConsignorPayable: {"liability", book.Consignor}, VoluntarySavings: {"liability", book.Member},
	SurplusPayable: {"liability", book.Member}, LeaverPayable: {"liability", book.Member}, DepositHeld: {"liability", book.Member}, TaxPayable: {"liability", book.NoParty},
	PrincipalSavings: {"equity", book.Member}, MandatorySavings: {"equity", book.Member}, OpeningBalance: {"equity", book.NoParty},
	MemberSales: {"income", book.NoParty}, InstalmentMargin: {"income", book.NoParty}, PublicSales: {"income", book.NoParty},
	CommissionMember: {"income", book.NoParty}, CommissionPublic: {"income", book.NoParty},
	CostMember: {"expense", book.NoParty}, CostPublic: {"expense", book.NoParty}, CashDifference: {"expense", book.NoParty}, StockDifference: {"expense", book.NoParty},
	QRISFee: {"expense", book.NoParty}, SavingsInterest: {"expense", book.NoParty},
}

// Reserved are the codes of the accounts that acts post to.
var Reserved = slices.Sorted(maps.Keys(reserved))

// byActs are accounts without parties that stand for something kept elsewhere: the goods on the shelf, what
// was sold and what it cost. By hand they would say something else than what they stand for. The opening account is none
// of them: what a co-op forgot to open with comes against it later, by two persons.
var byActs = []int{Inventory, MemberSales, InstalmentMargin, PublicSales, CommissionMember, CommissionPublic, CostMember, CostPublic}

// Protection says why an account takes no manual entry: "control" when it is kept by party, so that its
// parties have to agree with it; "acts" when only acts know what it stands for; "" when it takes one. A
// bank is a control account with one party, whose statement is compared line by line: salaries and fees
// are paid from it, so it takes manual entries, always with its bank as the party.
func Protection(code int, party book.PartyKind) string {
	switch {
	case party != book.NoParty && party != book.Bank:
		return "control"
	case slices.Contains(byActs, code):
		return "acts"
	}
	return ""
}

// TakesExpense says whether an expense may be booked on an account: it is an open one of expenses, and not kept by
// acts or by party.
func TakesExpense(r act.Reader, code int) (good bool, err error) {
	err = r.Row("SELECT EXISTS(SELECT 1 FROM accounts WHERE account = ? AND kind = 'expense' AND party_kind = '' AND NOT closed)", code).Scan(&good)
	return good && Protection(code, book.NoParty) == "", err
}

// AccountKinds are the five kinds of account.
var AccountKinds = []string{"asset", "liability", "equity", "income", "expense"}

const (
	leastCode, mostCode = 1000, 999_999
	maxAccountName      = 120
)

// AccountInput is an account as somebody wants it.
type AccountInput struct {
	Code   int    `json:"code"`
	Name   string `json:"name"`
	NameEn string `json:"name_en"`
	Kind   string `json:"kind"`
	Closed bool   `json:"closed"`
}

func (in *AccountInput) shape() error {
	in.Name, in.NameEn = strings.TrimSpace(in.Name), strings.TrimSpace(in.NameEn)
	var bad fault.Input
	bad.Check(in.Code >= leastCode && in.Code <= mostCode, "code", "template.account_code")
	bad.Check(in.Name != "", "name", "input.required")
	bad.Check(utf8.RuneCountInString(in.Name) <= maxAccountName, "name", "input.too_long", fault.Params{"max": maxAccountName})
	bad.Check(utf8.RuneCountInString(in.NameEn) <= maxAccountName, "name_en", "input.too_long", fault.Params{"max": maxAccountName})
	bad.Check(slices.Contains(AccountKinds, in.Kind), "kind", "template.choice")
	return bad.Err()
}

// AddAccount adds an account of the co-op's own to the chart.
func AddAccount(ctx context.Context, app core.App, key string, by act.Actor, in AccountInput) (AccountView, bool, error) {
	if err := in.shape(); err != nil {
		return AccountView{}, false, err
	}
	return act.DoWithRecords(ctx, app, act.Act{Kind: "ledger.add_account", Key: key, Input: in, By: by}, func(tx *act.Tx) (AccountView, error) {
		if err := free(tx, in.Code, 0); err != nil {
			return AccountView{}, err
		}
		c, err := tx.App().FindCachedCollectionByNameOrId("accounts")
		if err != nil {
			return AccountView{}, err
		}
		return in.save(tx, core.NewRecord(c))
	})
}

// ChangeAccount renames an account, closes it or opens it again, and, until something was posted to it,
// gives it another code or kind.
func ChangeAccount(ctx context.Context, app core.App, key string, by act.Actor, code int, in AccountInput) (AccountView, bool, error) {
	if err := in.shape(); err != nil {
		return AccountView{}, false, err
	}
	type input struct {
		Account int
		To      AccountInput
	}
	return act.DoWithRecords(ctx, app, act.Act{Kind: "ledger.change_account", Key: key, Input: input{code, in}, By: by}, func(tx *act.Tx) (AccountView, error) {
		var id string
		err := tx.Row("SELECT id FROM accounts WHERE account = ?", code).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return AccountView{}, fault.NotFound("ledger.account_unknown", fault.Params{"account": code})
		}
		if err == nil {
			err = free(tx, in.Code, code)
		}
		if err != nil {
			return AccountView{}, err
		}
		record, err := tx.App().FindRecordById("accounts", id)
		if err != nil {
			return AccountView{}, err
		}
		return in.save(tx, record)
	})
}

// free refuses a code that another account has.
func free(r act.Reader, code, mine int) error {
	var taken bool
	if err := r.Row("SELECT EXISTS(SELECT 1 FROM accounts WHERE account = ? AND account <> ?)", code, mine).Scan(&taken); err != nil {
		return err
	}
	var bad fault.Input
	bad.Check(!taken, "code", "ledger.account_taken", fault.Params{"account": code})
	return bad.Err()
}

// save writes the record; the guard's hook asks MayChange, as it does of everybody's saves.
func (in AccountInput) save(tx *act.Tx, record *core.Record) (AccountView, error) {
	for name, value := range map[string]any{"account": in.Code, "name": in.Name, "name_en": in.NameEn, "kind": in.Kind, "closed": in.Closed} {
		record.Set(name, value)
	}
	if err := tx.App().Save(record); err != nil {
		return AccountView{}, asFault(err)
	}
	tx.Forget()
	all, err := Accounts(tx, "id")
	i := slices.IndexFunc(all, func(a AccountView) bool { return a.Code == in.Code })
	if err != nil || i < 0 {
		return AccountView{}, err
	}
	return all[i], nil
}

// asFault finds the co-op's own refusal in what a save said.
func asFault(err error) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		return f
	}
	return err
}

// AccountFields are what a change of an account is judged by.
type AccountFields struct {
	Code      int
	Kind      string
	PartyKind string
	Closed    bool
}

// MayChange says why an account can't become what somebody wants of it, whoever that is: once it is used its
// code, kind and party stay what was posted; what acts post to stays open; and nothing is closed that
// still holds money, because nothing could empty it any more.
func MayChange(r act.Reader, was, is AccountFields) error {
	used, err := accountUsed(r, was.Code)
	if err != nil {
		return err
	}
	var bad fault.Input
	_, isReserved := reserved[was.Code]
	for _, f := range []struct {
		name string
		same bool
	}{{"account", was.Code == is.Code}, {"kind", was.Kind == is.Kind}, {"party_kind", was.PartyKind == is.PartyKind}} {
		bad.Check(f.same || !isReserved, f.name, "ledger.account_reserved")
		bad.Check(f.same || isReserved || !used, f.name, "guard.account_used")
	}
	if is.Closed && !was.Closed {
		balance, err := AccountBalance(r, was.Code)
		if err != nil {
			return err
		}
		bad.Check(!isReserved, "closed", "ledger.account_reserved")
		bad.Check(isReserved || balance == 0, "closed", "ledger.account_balance", fault.Params{"amount": max(balance, -balance).Format()})
	}
	return bad.Err()
}

// MayRemove says why an account can't be deleted.
func MayRemove(r act.Reader, code int) error {
	used, err := accountUsed(r, code)
	switch {
	case err != nil:
		return err
	case used:
		return fault.Refused("guard.keep_account")
	case slices.Contains(Reserved, code):
		return fault.Refused("ledger.account_reserved")
	}
	return nil
}

// accountUsed says whether anything was ever posted to an account: its months are few, its lines are not
// indexed.
func accountUsed(r act.Reader, code int) (used bool, err error) {
	err = r.Row("SELECT EXISTS(SELECT 1 FROM account_months WHERE account = ?)", code).Scan(&used)
	return used, err
}

// AccountView is one account of the chart.
type AccountView struct {
	Code      int    `json:"code"`
	Name      string `json:"name"` // in the reader's language
	NameID    string `json:"name_id"`
	NameEn    string `json:"name_en"`
	Kind      string `json:"kind"`
	PartyKind string `json:"party_kind"`
	Closed    bool   `json:"closed"`
	Used      bool   `json:"used"`
	Reserved  bool   `json:"reserved"`  // acts post to it: only its name can change
	Protected string `json:"protected"` // control, acts, or empty: it takes manual entries
}

// Accounts lists the chart in order.
func Accounts(r act.Reader, language string) ([]AccountView, error) {
	all := []AccountView{}
	err := act.Each(r, "SELECT CAST(account AS INTEGER), "+accountName(language)+`, name, name_en, kind, party_kind, closed,
		EXISTS(SELECT 1 FROM account_months m WHERE m.account = a.account) FROM accounts a ORDER BY account`, nil, func(row act.Scanner) error {
		var a AccountView
		err := row.Scan(&a.Code, &a.Name, &a.NameID, &a.NameEn, &a.Kind, &a.PartyKind, &a.Closed, &a.Used)
		a.Reserved, a.Protected = slices.Contains(Reserved, a.Code), Protection(a.Code, book.PartyKind(a.PartyKind))
		all = append(all, a)
		return err
	})
	return all, err
}

// checkManual refuses an entry by hand on an account that takes none.
func checkManual(lines []Line, accounts map[int]book.Account) error {
	for _, l := range lines {
		if Protection(l.Account, accounts[l.Account].PartyKind) != "" {
			return fault.Refused("ledger.account_protected", fault.Params{"account": l.Account})
		}
	}
	return nil
}
