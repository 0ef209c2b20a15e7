package ledger

import (
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/words"
	"kpdk/hooks/ledger/book"
)

// EntryView is a journal entry as people read it.
type EntryView struct {
	ID       int64      `json:"id"`
	Kind     string     `json:"kind"`
	Number   string     `json:"number"`
	Date     clock.Date `json:"date"`
	At       string     `json:"at"`
	By       string     `json:"by"`
	Role     act.Role   `json:"role"`
	Source   string     `json:"source"` // the kind of act that posted it
	Act      int64      `json:"act"`
	Reverses int64      `json:"reverses"` // the entry it takes back, or 0
	Hash     string     `json:"hash"`
	Lines    []LineView `json:"lines"`
}

// LineView is one side of an entry.
type LineView struct {
	Account int          `json:"account"`
	Name    string       `json:"name"`
	Party   string       `json:"party"`
	Debit   money.Rupiah `json:"debit_rupiah"`
	Credit  money.Rupiah `json:"credit_rupiah"`
}

// Page is some entries, newest first. Next is the before of the following page, 0 at the end; a page
// of one account may be short, or even empty, while there is a next.
type Page struct {
	Entries []EntryView `json:"entries"`
	Next    int64       `json:"next"`
}

// PageQuery asks for entries older than one; 0 begins at the newest. Account 0 is every account.
type PageQuery struct {
	Before, Limit, Account int64
}

// accountWindow is how many entries one page of an account looks through: the lines have no index by
// account, which every sale would have to pay for.
const accountWindow = 50_000

// Journal reads a page of sealed entries.
func Journal(r act.Reader, at *clock.Clock, language string, q PageQuery) (Page, error) {
	ids, next, err := pageIDs(r, q)
	if err != nil {
		return Page{}, err
	}
	page, n := Page{Entries: []EntryView{}, Next: next}, newNames(r, language, at)
	for _, id := range ids {
		e, err := readEntry(r, n, id)
		if err != nil {
			return Page{}, err
		}
		page.Entries = append(page.Entries, e)
	}
	return page, nil
}

// EntryOf reads one entry.
func EntryOf(r act.Reader, at *clock.Clock, language string, id int64) (EntryView, error) {
	e, err := readEntry(r, newNames(r, language, at), id)
	if errors.Is(err, sql.ErrNoRows) {
		return e, fault.NotFound("ledger.entry_unknown", fault.Params{"entry": id})
	}
	return e, err
}

// pageIDs picks the entries of a page by key, never by offset.
func pageIDs(r act.Reader, q PageQuery) (ids []int64, next int64, err error) {
	if q.Before == 0 {
		if err := r.Row("SELECT coalesce(max(seq), 0) + 1 FROM seals").Scan(&q.Before); err != nil {
			return nil, 0, err
		}
	}
	query, args, floor := "SELECT seq FROM seals WHERE seq < ? ORDER BY seq DESC LIMIT ?", []any{q.Before, q.Limit}, int64(1)
	if q.Account != 0 {
		floor = max(q.Before-accountWindow, 1)
		query = "SELECT DISTINCT entry FROM journal_lines WHERE entry < ? AND entry >= ? AND account = ? ORDER BY entry DESC LIMIT ?"
		args = []any{q.Before, floor, q.Account, q.Limit}
	}
	err = act.Each(r, query, args, func(row act.Scanner) error {
		var id int64
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	})
	switch {
	case err != nil || len(ids) > 0 && ids[len(ids)-1] <= 1:
		return ids, 0, err
	case int64(len(ids)) == q.Limit:
		return ids, ids[len(ids)-1], nil
	case floor > 1:
		return ids, floor, nil
	}
	return ids, 0, nil
}

func readEntry(r act.Reader, n *names, id int64) (e EntryView, err error) {
	var at int64
	var year int
	var number int64
	var hash []byte
	var actor string
	err = r.Row(`SELECT j.id, j.kind, j.year, j.number, j.date, j.at, j.act, coalesce(j.reverses, 0), s.hash, coalesce(a.kind, ''), coalesce(a.role, ''), coalesce(a.actor, '')
		FROM journal j JOIN seals s ON s.seq = j.id LEFT JOIN acts a ON a.id = j.act WHERE j.id = ?`, id).
		Scan(&e.ID, &e.Kind, &year, &number, &e.Date, &at, &e.Act, &e.Reverses, &hash, &e.Source, &e.Role, &actor)
	if err != nil {
		return e, err
	}
	e.Number, e.Hash = Number(e.Kind, year, number), hex.EncodeToString(hash)
	e.At = time.UnixMilli(at).In(n.clock.Zone()).Format(time.RFC3339)
	if e.By, err = n.actor(e.Role, actor); err != nil {
		return e, err
	}
	lines, err := LinesOf(r, id)
	if err != nil {
		return e, err
	}
	for _, l := range lines {
		v := LineView{Account: l.Account, Debit: max(l.Amount, 0), Credit: max(-l.Amount, 0)}
		if v.Name, err = n.account(l.Account); err != nil {
			return e, err
		}
		if v.Party, err = n.party(l.Party); err != nil {
			return e, err
		}
		e.Lines = append(e.Lines, v)
	}
	return e, nil
}

// names turns numbers into the words of people, each looked up once per page.
type names struct {
	r        act.Reader
	language string
	clock    *clock.Clock
	known    map[string]string
}

func newNames(r act.Reader, language string, at *clock.Clock) *names {
	return &names{r, language, at, map[string]string{}}
}

// ask reads one text; no row is the empty text.
func (n *names) ask(key, query string, args ...any) (string, error) {
	if text, ok := n.known[key]; ok {
		return text, nil
	}
	var text string
	if err := n.r.Row(query, args...).Scan(&text); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	n.known[key] = text
	return text, nil
}

func (n *names) account(code int) (string, error) {
	return n.ask(fmt.Sprint("account:", code), "SELECT "+accountName(n.language)+" FROM accounts WHERE account = ?", code)
}

// accountName picks the column of a language; a co-op's own accounts may have no English name.
func accountName(language string) string {
	if language == "en" {
		return "CASE name_en WHEN '' THEN name ELSE name_en END"
	}
	return "name"
}

// actor is who did it: a person's name, or the console, or the program itself.
func (n *names) actor(role act.Role, id string) (string, error) {
	query := ""
	switch role {
	case act.Manager:
		query = "SELECT email FROM _superusers WHERE id = ?"
	case act.Member:
		query = "SELECT name FROM members WHERE id = ?"
	case act.Console, act.System, act.Nobody:
		return words.Say(n.language, "journal.by_"+string(role), nil), nil
	default:
		query = "SELECT name FROM operators WHERE id = ?"
	}
	return n.ask("actor:"+id, query, id)
}

// party says whom a line concerns: "Anggota 0846 · Rina", "Kasir K1, 3 Nov".
func (n *names) party(p Party) (string, error) {
	params := map[string]any{"ref": p.Ref}
	var err error
	switch p.Kind {
	case book.NoParty:
		return "", nil
	case book.Member:
		params["ref"] = paddedNumber(p.Ref)
		params["name"], err = n.ask(p.String(), "SELECT name FROM members WHERE number = CAST(? AS INTEGER)", p.Ref)
	case book.Supplier, book.Consignor:
		params["name"], err = n.ask(p.String(), "SELECT name FROM "+string(p.Kind)+"s WHERE number = CAST(? AS INTEGER)", p.Ref)
	case book.Bank:
		params["name"], err = n.ask(p.String(), "SELECT name FROM bank_accounts WHERE number = CAST(? AS INTEGER)", p.Ref)
	case book.Shift:
		params["name"], err = n.shift(p)
	case book.UnitRun:
		params["name"], err = n.unitRun(p)
	default:
		params["name"] = ""
	}
	text := words.Say(n.language, "journal.party_"+string(p.Kind), params)
	return strings.TrimRight(text, " ·,"), err
}

// paddedNumber prints a member's number with at least four digits.
func paddedNumber(ref string) string {
	if n, err := strconv.ParseInt(ref, 10, 64); err == nil {
		return fmt.Sprintf("%04d", n)
	}
	return ref
}

// shift names the till and the day of a shift.
func (n *names) shift(p Party) (string, error) {
	return n.ask(p.String(), `SELECT coalesce(t.code, s.till) || ' ' || strftime('%d/%m/%Y', s.opened_at / 1000 + ?, 'unixepoch') FROM parties p
		JOIN shifts s ON s.party = p.id LEFT JOIN tills t ON t.id = s.till OR t.code = s.till WHERE p.ref = ? AND p.kind = 'shift'`, n.offset(), p.Ref)
}

// offset is the zone's distance from UTC in seconds; the co-op's zones keep no summer time.
func (n *names) offset() int {
	_, seconds := n.clock.Now().In(n.clock.Zone()).Zone()
	return seconds
}

// unitRun names the month and the work unit of a payroll run: its reference is "2026-11:unit".
func (n *names) unitRun(p Party) (string, error) {
	period, unit, _ := strings.Cut(p.Ref, ":")
	name, err := n.ask(p.String(), "SELECT name FROM work_units WHERE id = ? OR code = ?", unit, unit)
	if name == "" {
		return p.Ref, err
	}
	return period + " " + name, err
}

// trialOn is the trial balance with its sums, in a language.
func trialOn(r act.Reader, on clock.Date, language string) (Trial, error) {
	lines, err := TrialBalance(r, on)
	if err != nil {
		return Trial{}, err
	}
	t, n := Trial{Date: on, Accounts: []TrialLine{}}, newNames(r, language, nil)
	for _, l := range lines {
		if l.Name, err = n.account(l.Account); err != nil {
			return t, err
		}
		t.Debit, t.Credit = t.Debit+l.Debit, t.Credit+l.Credit
		t.Accounts = append(t.Accounts, l)
	}
	return t, nil
}
