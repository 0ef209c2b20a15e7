package ledger

import (
	"database/sql"
	"encoding/json"
	"errors"
	"slices"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
)

// draft is a row of journal_drafts.
type draft struct {
	ID, State               string
	Row                     int64 // its place in the list
	Version                 int64
	Date                    clock.Date
	Description, Reason     string
	Lines                   []DraftLine
	Vouchers, Makers        []string
	PreparedBy, DecidedBy   string
	PreparedRole, DecidedAs act.Role
	Entry, Reverses         int64

	file *filesystem.File // a voucher that comes
	gone string           // a voucher that goes
}

const draftColumns = `d.rowid, d.id, d.state, CAST(d.version AS INTEGER), d.date, d.description, d.reason, coalesce(d.lines, '[]'), coalesce(d.vouchers, '[]'), coalesce(d.makers, '[]'),
	d.prepared_by, d.prepared_role, d.decided_by, d.decided_role, CAST(d.entry AS INTEGER), CAST(d.reverses AS INTEGER)`

func scanDraft(row act.Scanner) (d draft, err error) {
	var lines, vouchers, makers string
	if err := row.Scan(&d.Row, &d.ID, &d.State, &d.Version, &d.Date, &d.Description, &d.Reason, &lines, &vouchers, &makers,
		&d.PreparedBy, &d.PreparedRole, &d.DecidedBy, &d.DecidedAs, &d.Entry, &d.Reverses); err != nil {
		return d, err
	}
	return d, errors.Join(json.Unmarshal([]byte(lines), &d.Lines), json.Unmarshal([]byte(vouchers), &d.Vouchers), json.Unmarshal([]byte(makers), &d.Makers))
}

func draftOf(r act.Reader, id string) (draft, error) {
	d, err := scanDraft(r.Row("SELECT "+draftColumns+" FROM journal_drafts d WHERE d.id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		return d, fault.NotFound("ledger.draft_unknown")
	}
	return d, err
}

// anyVersion is for steps that what somebody saw doesn't matter to.
const anyVersion = -1

// inState finds a draft in one of some states, as somebody last saw it.
func inState(r act.Reader, id string, version int64, states ...string) (draft, error) {
	d, err := draftOf(r, id)
	switch {
	case err != nil:
		return d, err
	case !slices.Contains(states, d.State):
		return d, fault.Refused("ledger.draft_state")
	case version != anyVersion && version != d.Version:
		return d, fault.Refused("ledger.draft_changed")
	}
	return d, nil
}

// editable finds a draft that may still change. A reversal's lines are its entry's, so it never does.
func editable(r act.Reader, id string, version int64) (draft, error) {
	d, err := inState(r, id, version, Drafted, Refused)
	if err == nil && d.Reverses != 0 {
		err = fault.Refused("ledger.draft_reversal")
	}
	return d, err
}

// madeBy notes who had a hand in a draft: none of them approves it.
func (d *draft) madeBy(by act.Actor) {
	if !slices.Contains(d.Makers, by.ID) {
		d.Makers = append(d.Makers, by.ID)
	}
	d.PreparedBy, d.PreparedRole, d.DecidedBy, d.DecidedAs = by.ID, by.Role, "", ""
}

// keep writes a draft inside an act with records, one version on.
func (d draft) keep(tx *act.Tx) (DraftView, error) {
	record, err := d.record(tx.App())
	if err != nil {
		return DraftView{}, err
	}
	if d.Lines == nil {
		d.Lines = []DraftLine{}
	}
	for name, value := range map[string]any{"state": d.State, "version": d.Version + 1, "date": string(d.Date), "description": d.Description, "reason": d.Reason, "lines": d.Lines,
		"makers": d.Makers, "prepared_by": d.PreparedBy, "prepared_role": string(d.PreparedRole), "decided_by": d.DecidedBy, "decided_role": string(d.DecidedAs),
		"entry": d.Entry, "reverses": d.Reverses} {
		record.Set(name, value)
	}
	if d.file != nil {
		record.Set("vouchers+", d.file)
	}
	if d.gone != "" {
		record.Set("vouchers-", d.gone)
	}
	if err := tx.App().Save(record); err != nil {
		return DraftView{}, asFault(err)
	}
	return DraftFor(tx, tx.Clock(), "id", tx.By(), record.Id)
}

func (d draft) record(txApp core.App) (*core.Record, error) {
	if d.ID != "" {
		return txApp.FindRecordById("journal_drafts", d.ID)
	}
	c, err := txApp.FindCachedCollectionByNameOrId("journal_drafts")
	if err != nil {
		return nil, err
	}
	return core.NewRecord(c), nil
}

// DraftView is a draft as people read it, with what the reader may do about it.
type DraftView struct {
	ID          string       `json:"id"`
	State       string       `json:"state"` // draft, submitted, approved, refused
	Version     int64        `json:"version"`
	Date        clock.Date   `json:"date"`
	Description string       `json:"description"`
	Lines       []DraftSide  `json:"lines"`
	Debit       money.Rupiah `json:"debit_rupiah"`
	Credit      money.Rupiah `json:"credit_rupiah"`
	Vouchers    []string     `json:"vouchers"`
	PreparedBy  Person       `json:"prepared_by"`
	DecidedBy   *Person      `json:"decided_by"`
	Reason      string       `json:"reason"` // why it was refused
	Entry       int64        `json:"entry"`  // what it became, or 0
	Number      string       `json:"number"`
	Reverses    int64        `json:"reverses"` // the entry it would take back, or 0
	ReversesNo  string       `json:"reverses_number"`
	May         DraftMay     `json:"may"`
}

// Person is a name with its role.
type Person struct {
	Name string   `json:"name"`
	Role act.Role `json:"role"`
}

// DraftSide is a draft's line with its account's name.
type DraftSide struct {
	DraftLine
	Name      string `json:"name"`
	PartyName string `json:"party_name"`
}

// DraftMay says what the reader may do now.
type DraftMay struct {
	Edit          bool   `json:"edit"`
	Submit        bool   `json:"submit"`
	Withdraw      bool   `json:"withdraw"`
	Decide        bool   `json:"decide"`
	DecideRefusal string `json:"decide_refusal"` // the code of the rule that keeps the reader from it
	Remove        bool   `json:"remove"`
}

// DraftFor reads one draft.
func DraftFor(r act.Reader, at *clock.Clock, language string, by act.Actor, id string) (DraftView, error) {
	d, err := draftOf(r, id)
	if err != nil {
		return DraftView{}, err
	}
	return d.view(r, newNames(r, language, at), by)
}

// DraftList is a page of drafts, newest first.
type DraftList struct {
	Drafts []DraftView `json:"drafts"`
	Next   int64       `json:"next"`
}

// DraftQuery asks for drafts in a state, or of an entry; empty and 0 are all.
type DraftQuery struct {
	State                string
	Entry, Before, Limit int64
}

// Drafts lists drafts by their place in the table.
func Drafts(r act.Reader, at *clock.Clock, language string, by act.Actor, q DraftQuery) (DraftList, error) {
	page, n := DraftList{Drafts: []DraftView{}}, newNames(r, language, at)
	var found []draft
	err := act.Each(r, "SELECT "+draftColumns+` FROM journal_drafts d WHERE (? = '' OR d.state = ?) AND (? = 0 OR d.entry = ?) AND (? = 0 OR d.rowid < ?)
		ORDER BY d.rowid DESC LIMIT ?`, []any{q.State, q.State, q.Entry, q.Entry, q.Before, q.Before, q.Limit}, func(row act.Scanner) error {
		d, err := scanDraft(row)
		found = append(found, d)
		return err
	})
	for _, d := range found {
		if err != nil {
			return page, err
		}
		var v DraftView
		v, err = d.view(r, n, by)
		page.Drafts = append(page.Drafts, v)
	}
	if int64(len(found)) == q.Limit {
		page.Next = found[len(found)-1].Row
	}
	return page, err
}

func (d draft) view(r act.Reader, n *names, by act.Actor) (v DraftView, err error) {
	v = DraftView{ID: d.ID, State: d.State, Version: d.Version, Date: d.Date, Description: d.Description, Lines: []DraftSide{}, Vouchers: d.Vouchers,
		Reason: d.Reason, Entry: d.Entry, Reverses: d.Reverses}
	if v.PreparedBy, err = n.person(d.PreparedRole, d.PreparedBy); err != nil {
		return v, err
	}
	if d.DecidedBy != "" {
		decided, err := n.person(d.DecidedAs, d.DecidedBy)
		if err != nil {
			return v, err
		}
		v.DecidedBy = &decided
	}
	lines := toLines(d.Lines)
	for i, l := range d.Lines {
		side := DraftSide{DraftLine: l}
		if side.Name, err = n.account(l.Account); err == nil && l.Party != "" {
			side.PartyName, err = n.party(lines[i].Party)
		}
		if err != nil {
			return v, err
		}
		v.Lines = append(v.Lines, side)
		v.Debit, v.Credit = v.Debit+l.Debit, v.Credit+l.Credit
	}
	if v.Number, err = n.entry(d.Entry); err != nil {
		return v, err
	}
	if v.ReversesNo, err = n.entry(d.Reverses); err != nil {
		return v, err
	}
	v.May, err = d.may(r, by)
	return v, err
}

func (d draft) may(r act.Reader, by act.Actor) (m DraftMay, err error) {
	if by.Role != act.Treasurer && by.Role != act.Manager {
		return m, nil
	}
	open := d.State == Drafted || d.State == Refused
	m.Edit, m.Submit, m.Remove = open && d.Reverses == 0, open && d.Reverses == 0, open
	if d.State != Submitted {
		return m, nil
	}
	m.Withdraw = slices.Contains(d.Makers, by.ID)
	var f *fault.Fault
	if err := d.decidableBy(r, by); errors.As(err, &f) {
		m.DecideRefusal = f.Code
	} else if err != nil {
		return m, err
	}
	m.Decide = m.DecideRefusal == ""
	return m, nil
}

// person is somebody with the role in which they did it.
func (n *names) person(role act.Role, id string) (Person, error) {
	name, err := n.actor(role, id)
	return Person{name, role}, err
}

// entry is the number of an entry, or nothing.
func (n *names) entry(id int64) (string, error) {
	if id == 0 {
		return "", nil
	}
	var kind string
	var year int
	var number int64
	err := n.r.Row("SELECT kind, year, number FROM journal WHERE id = ?", id).Scan(&kind, &year, &number)
	return Number(kind, year, number), err
}
