package payroll

import (
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/ledger"
)

// ObjectionView is an objection with its answer. Texts are empty where they were erased or never given.
type ObjectionView struct {
	ID       string            `json:"id"`
	Period   clock.Period      `json:"period"`
	At       time.Time         `json:"at"`
	AnswerBy clock.Date        `json:"answer_by"`
	Late     bool              `json:"late"` // not answered, and the day is past
	Item     int64             `json:"item"` // 0: all of the deduction
	Part     *DeductionPart    `json:"part"`
	Code     string            `json:"code"`
	Text     string            `json:"text"`
	Photo    bool              `json:"photo"`
	After    bool              `json:"after"`
	Answer   *ObjectionDecided `json:"answer"`
}

// ObjectionDecided is what was decided, by whom and why.
type ObjectionDecided struct {
	Decision string       `json:"decision"`
	At       time.Time    `json:"at"`
	By       string       `json:"by"`
	Text     string       `json:"text"`
	Held     money.Rupiah `json:"held_rupiah"` // moved to 2107 after the result
	Most     money.Rupiah `json:"most_rupiah"` // what is still taken this month of what was objected to
}

// OfficeObjection is one as the office sees it, with the member and the parts of the line.
type OfficeObjection struct {
	ObjectionView
	Member int64           `json:"member"`
	Name   string          `json:"name"`
	State  string          `json:"state"` // of the run
	Parts  []DeductionPart `json:"parts"`
}

// OfficeObjections is a page of them; Open counts all that wait for an answer.
type OfficeObjections struct {
	Objections []OfficeObjection `json:"objections"`
	Open       int               `json:"open"`
	Next       int64             `json:"next"`
}

const objectionColumns = `SELECT o.act, k.key, o.period, k.at, o.member, coalesce(o.item, 0), o.code, coalesce(n.text, ''), EXISTS(SELECT 1 FROM objection_photos f WHERE f.objection = o.act), o.after,
	coalesce(w.decision, ''), coalesce(b.at, 0), coalesce(b.actor, ''), coalesce(b.role, ''), coalesce(t.text, ''),
	coalesce((SELECT -l.amount FROM journal_lines l WHERE l.entry = w.entry AND l.account = 2107), 0), coalesce((SELECT sum(x.most) FROM payroll_adjustments x WHERE x.objection = o.act), 0)
	FROM objections o JOIN acts k ON k.id = o.act LEFT JOIN act_notes n ON n.act = o.act LEFT JOIN objection_answers w ON w.objection = o.act
	LEFT JOIN acts b ON b.id = w.act LEFT JOIN act_notes t ON t.act = w.act `

// readObjections reads objections with the names of those who answered; members see the role alone.
func readObjections(r act.Reader, c *clock.Clock, named bool, where string, args ...any) (list []OfficeObjection, last int64, err error) {
	type decider struct {
		id   string
		role act.Role
	}
	var who []decider
	err = act.Each(r, objectionColumns+where, args, func(row act.Scanner) error {
		var o OfficeObjection
		var d ObjectionDecided
		var by decider
		var at, answered int64
		if err := row.Scan(&last, &o.ID, &o.Period, &at, &o.Member, &o.Item, &o.Code, &o.Text, &o.Photo, &o.After,
			&d.Decision, &answered, &by.id, &by.role, &d.Text, &d.Held, &d.Most); err != nil {
			return err
		}
		o.At = time.UnixMilli(at).UTC()
		if d.Decision != "" {
			d.At, d.By = time.UnixMilli(answered).UTC(), string(by.role)
			o.Answer = &d
		}
		list, who = append(list, o), append(who, by)
		return nil
	})
	for i := range list {
		if err != nil {
			return nil, 0, err
		}
		o := &list[i]
		if named && o.Answer != nil {
			o.Answer.By = nameOf(r, who[i].id, who[i].role)
		}
		if o.AnswerBy, err = answerBy(r, c.DateOf(o.At)); err != nil {
			return nil, 0, err
		}
		o.Late = o.Answer == nil && c.Today() > o.AnswerBy
		if o.Parts, err = deductionParts(r, o.Period, o.Member); err != nil {
			return nil, 0, err
		}
		if at := slices.IndexFunc(o.Parts, func(p DeductionPart) bool { return p.Item == o.Item }); at >= 0 {
			o.Part = &o.Parts[at]
		} else if o.Item != 0 { // the draft was written anew without it
			item, err := ledger.ItemOf(r, o.Item)
			if err != nil {
				return nil, 0, err
			}
			o.Part = &DeductionPart{PartView: PartView{Item: item.ID, Kind: item.Kind, Date: item.Date, Due: item.Remainder}}
		}
	}
	return list, last, err
}

// Objections lists them for the office, newest first: those without an answer, or all, of a month or of all.
func Objections(r act.Reader, c *clock.Clock, open bool, p clock.Period, before, limit int64) (out OfficeObjections, err error) {
	var last int64
	out.Objections, last, err = readObjections(r, c, true, `WHERE (? = 0 OR o.act < ?) AND (? = '' OR o.period = ?) AND (NOT ? OR w.objection IS NULL) ORDER BY o.act DESC LIMIT ?`,
		before, before, string(p), string(p), open, limit)
	if err != nil {
		return out, err
	}
	if int64(len(out.Objections)) == limit {
		out.Next = last
	}
	for i := range out.Objections {
		o := &out.Objections[i]
		if err := r.Row("SELECT coalesce((SELECT name FROM members WHERE number = ?), ''), coalesce((SELECT state FROM payroll_runs WHERE period = ?), '')", o.Member, string(o.Period)).
			Scan(&o.Name, &o.State); err != nil {
			return out, err
		}
	}
	if out.Objections == nil {
		out.Objections = []OfficeObjection{}
	}
	return out, r.Row("SELECT count(*) FROM objections o WHERE NOT EXISTS(SELECT 1 FROM objection_answers w WHERE w.objection = o.act)").Scan(&out.Open)
}

// MemberObjections are a member's own, of a month or of all (an empty period), newest first.
func MemberObjections(r act.Reader, c *clock.Clock, number int64, p clock.Period) ([]ObjectionView, error) {
	list, _, err := readObjections(r, c, false, `WHERE o.member = ? AND (? = '' OR o.period = ?) ORDER BY o.act DESC LIMIT 100`, number, string(p), string(p))
	out := make([]ObjectionView, len(list))
	for i, o := range list {
		out[i] = o.ObjectionView
	}
	return out, err
}

// ServePhoto sends an objection's photo; number 0 is the office, others see their own.
func ServePhoto(c *web.Call, id string, number int64) error {
	owner, record, err := photoOf(c.App, id)
	if owner != 0 && number != 0 && owner != number {
		return errNoPhoto
	}
	if owner != 0 {
		c.Saw(owner)
	}
	if err != nil {
		return err
	}
	return photoKinds.ShowStored(c, record, errNoPhoto)
}

// errNoPhoto says that there is no such objection, or no photo with it.
var errNoPhoto = fault.NotFound("payroll.objection_unknown")

// photoOf finds the photo of an objection, and whose objection it is also where there is none.
func photoOf(app core.App, id string) (owner int64, photo *core.Record, err error) {
	o, err := objectionBy(act.Read(app), id)
	if err != nil {
		return 0, nil, err
	}
	photo, err = app.FindFirstRecordByData(objectionPhotos, "objection", o.act)
	if errors.Is(err, sql.ErrNoRows) {
		err = errNoPhoto
	}
	return o.member, photo, err
}
