package payroll

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Why a member objects to a deduction.
var objectionCodes = []string{"not_mine", "paid", "amount", "hardship", "other"}

const (
	maxObjectionText = 600
	maxObjections    = 20 // of one member in one month
	maxPhoto         = 5 << 20
	objectionPhotos  = "objection_photos"
	photoName        = "foto" // the name that the sender's phone gave may name a person
)

var photoKinds = document.Kinds{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}

// Objecting is a member's word against a deduction: against one item of it, or all (item 0).
type Objecting struct {
	Period clock.Period `json:"period"`
	Item   int64        `json:"item,omitempty"`
	Code   string       `json:"code"`
}

// Objected is the answer.
type Objected struct {
	ID       string     `json:"id"`
	AnswerBy clock.Date `json:"answer_by"`
}

// Object keeps a member's objection: from the draft of a month until its list is locked, and again for some
// days after the result is booked. The text can be erased; the code stays.
func Object(ctx context.Context, app core.App, key string, by act.Actor, in Objecting, text string) (Objected, bool, error) {
	text = strings.TrimSpace(text)
	var bad fault.Input
	bad.Check(slices.Contains(objectionCodes, in.Code), "code", "payroll.objection_code")
	bad.Check(in.Code != "other" || text != "", "text", "input.required")
	bad.Check(utf8.RuneCountInString(text) <= maxObjectionText, "text", "input.too_long", fault.Params{"max": maxObjectionText})
	_, ok := clock.ParsePeriod(string(in.Period))
	bad.Check(ok, "period", "input.period")
	bad.Check(in.Item >= 0, "item", "input.number")
	if err := bad.Err(); err != nil {
		return Objected{}, false, err
	}
	return act.Do(ctx, app, act.Act{Kind: "payroll.object", Key: key, Input: in, By: by, Note: text}, func(tx *act.Tx) (Objected, error) {
		out := Objected{ID: key}
		w, err := WindowFor(tx, tx.Clock(), in.Period, by.Number)
		if err != nil {
			return out, err
		}
		if !w.Open {
			return out, fault.Refused("payroll.objection_closed")
		}
		var there, waiting, taken bool
		var many int
		if err := tx.Row(`SELECT EXISTS(SELECT 1 FROM payroll_parts WHERE period = ?1 AND member = ?2 AND (?3 = 0 OR item = ?3)),
			EXISTS(SELECT 1 FROM objections o WHERE o.member = ?2 AND o.period = ?1 AND coalesce(o.item, 0) = ?3 AND NOT EXISTS(SELECT 1 FROM objection_answers w WHERE w.objection = o.act)),
			EXISTS(SELECT 1 FROM acts a JOIN objections o ON o.act = a.id WHERE a.key = ?4), (SELECT count(*) FROM objections WHERE member = ?2 AND period = ?1)`,
			string(in.Period), by.Number, in.Item, key).Scan(&there, &waiting, &taken, &many); err != nil {
			return out, err
		}
		switch {
		case taken:
			return out, fault.Refused("idempotency_conflict")
		case !there:
			return out, fault.NotFound("payroll.objection_item")
		case waiting:
			return out, fault.Refused("payroll.objection_waits")
		case many >= maxObjections:
			return out, fault.Refused("payroll.objection_many", fault.Params{"max": maxObjections})
		}
		if out.AnswerBy, err = answerBy(tx, tx.Today()); err != nil {
			return out, err
		}
		var item any
		if in.Item != 0 {
			item = in.Item
		}
		tell(tx, app, in.Period)
		return out, tx.Exec("INSERT INTO objections(act, period, member, item, code, after) VALUES(?, ?, ?, ?, ?, ?)", tx.ID(), string(in.Period), by.Number, item, in.Code, w.After)
	})
}

// Window says whether a member may object to a month, and until when.
type Window struct {
	Open  bool       `json:"open"`
	Until clock.Date `json:"until"`       // before the lock: planned; after the result: the last day
	After bool       `json:"after"`       // the result is booked
	Days  int64      `json:"answer_days"` // working days within which it is answered
}

// WindowFor reads it for a member's month.
func WindowFor(r act.Reader, c *clock.Clock, p clock.Period, number int64) (w Window, err error) {
	h, found, err := headOf(r, p)
	if err != nil || !found {
		return w, err
	}
	if w.Days, err = policy.AnswerDays.On(r, c.Today()); err != nil {
		return w, err
	}
	if !frozen(h.State) {
		cal, err := CalendarFor(r, p)
		if err != nil {
			return w, err
		}
		w.Until, err = PreviewUntil(r, cal)
		w.Open = true
		return w, err
	}
	at, settled, err := lineChanged(r, p, number)
	if err != nil || !settled {
		return w, err
	}
	booked := c.DateOf(time.UnixMilli(at))
	days, err := policy.ObjectionDays.On(r, booked)
	w.After, w.Until = true, booked.Add(int(days))
	w.Open = c.Today() <= w.Until
	return w, err
}

// lineChanged is when a member's own line was settled, or last changed by a correction or an answer to an
// objection: what is settled later for others is no news here. A line is settled by the round that begins after
// its answer, and its silence by the round itself; an answer that came while a round ran counts from that round's
// end. None while nothing is settled.
func lineChanged(r act.Reader, p clock.Period, number int64) (at int64, settled bool, err error) {
	err = r.Row(`WITH line AS (SELECT l.period, l.member, coalesce(n.act, 0) AS answer, coalesce(k.kind, '') AS kind FROM payroll_lines l
			LEFT JOIN payroll_results n ON n.id = (SELECT max(id) FROM payroll_results WHERE period = l.period AND member = l.member) LEFT JOIN acts k ON k.id = n.act
			WHERE l.period = ?1 AND l.member = ?2 AND l.settled = 1),
		steps AS (SELECT step, act FROM payroll_events WHERE period = ?1 AND step IN ('settling', 'settled', 'settled_partly')),
		began AS (SELECT min(act) AS act FROM steps, line WHERE step = 'settling' AND act > answer),
		changed AS (SELECT CASE WHEN kind = 'payroll.settle_chunk' OR kind = 'payroll.correct_post' THEN answer
				ELSE coalesce((SELECT min(s.act) FROM steps s, began WHERE s.step <> 'settling' AND s.act > began.act), (SELECT min(s.act) FROM steps s WHERE s.step <> 'settling' AND s.act > answer),
					(SELECT act FROM began), answer) END AS act FROM line
			UNION ALL SELECT w.act FROM line JOIN objections o ON o.member = line.member AND o.period = line.period JOIN objection_answers w ON w.objection = o.act AND w.entry IS NOT NULL)
		SELECT coalesce((SELECT max(a.at) FROM changed c JOIN acts a ON a.id = c.act), 0), EXISTS(SELECT 1 FROM line)`, string(p), number).Scan(&at, &settled)
	return at, settled, err
}

// answerBy is the working day on which an objection of a date is to be answered at the latest.
func answerBy(r act.Reader, date clock.Date) (clock.Date, error) {
	days, err := policy.AnswerDays.On(r, date)
	if err != nil {
		return "", err
	}
	holidays, err := policy.Holidays.On(r, date.Add(60))
	return WorkingDaysAfter(date, int(days), holidays), err
}

// PhotoKept is the answer to a photo.
type PhotoKept struct {
	Objection string `json:"objection"`
}

// KeepPhoto adds the photo of a receipt or slip to an objection of one's own that is not answered yet; at the
// machine's console, to anybody's: who has no phone brings it to the office.
func KeepPhoto(ctx context.Context, app core.App, key string, by act.Actor, objection string, data []byte) (PhotoKept, bool, error) {
	extension := photoKinds[http.DetectContentType(data)]
	var bad fault.Input
	bad.Check(extension != "", "file", "payroll.photo_kind")
	bad.Check(len(data) <= maxPhoto, "file", "payroll.photo_large", fault.Params{"max": maxPhoto >> 20})
	if err := bad.Err(); err != nil {
		return PhotoKept{}, false, err
	}
	sum := sha256.Sum256(data)
	a := act.Act{Kind: "payroll.keep_photo", Key: key, Input: []string{objection, hex.EncodeToString(sum[:])}, By: by}
	return act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (PhotoKept, error) {
		o, err := objectionBy(tx, objection)
		if err == nil && o.member != by.Number && by.Role != act.Console {
			err = fault.NotFound("payroll.objection_unknown")
		}
		if err != nil {
			return PhotoKept{}, err
		}
		var has bool
		if err := tx.Row("SELECT EXISTS(SELECT 1 FROM "+objectionPhotos+" WHERE objection = ?)", o.act).Scan(&has); err != nil {
			return PhotoKept{}, err
		}
		if o.answered || has {
			return PhotoKept{}, fault.Refused("payroll.objection_photo_late")
		}
		tell(tx, app, o.period)
		_, err = document.Keep(tx, objectionPhotos, photoName+extension, data, map[string]any{"objection": o.act})
		return PhotoKept{objection}, err
	})
}

// objection is one as it stands.
type objection struct {
	act      int64
	period   clock.Period
	member   int64
	item     int64 // 0: all of it
	after    bool
	answered bool
}

func objectionBy(r act.Reader, key string) (o objection, err error) {
	err = r.Row(`SELECT o.act, o.period, o.member, coalesce(o.item, 0), o.after, EXISTS(SELECT 1 FROM objection_answers w WHERE w.objection = o.act)
		FROM acts a JOIN objections o ON o.act = a.id WHERE a.key = ?`, key).Scan(&o.act, &o.period, &o.member, &o.item, &o.after, &o.answered)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.NotFound("payroll.objection_unknown")
	}
	return o, err
}

// Erased is the answer to an erasure.
type Erased struct {
	Objection string `json:"objection"`
}

// EraseObjection takes the words and the photo of an objection away, and those of its answer; what was asked
// and decided stays, as codes and amounts.
func EraseObjection(ctx context.Context, app core.App, key string, by act.Actor, id string) (Erased, bool, error) {
	return act.DoWithRecords(ctx, app, act.Act{Kind: "payroll.erase_objection", Key: key, Input: id, By: by}, func(tx *act.Tx) (Erased, error) {
		o, err := objectionBy(tx, id)
		if err != nil {
			return Erased{}, err
		}
		if !o.answered {
			return Erased{}, fault.Refused("payroll.objection_unanswered")
		}
		if err := tx.Exec("DELETE FROM act_notes WHERE act = ? OR act = (SELECT act FROM objection_answers WHERE objection = ?)", o.act, o.act); err != nil {
			return Erased{}, err
		}
		photo, err := tx.App().FindFirstRecordByData(objectionPhotos, "objection", o.act)
		if errors.Is(err, sql.ErrNoRows) {
			return Erased{id}, nil
		}
		if err == nil {
			err = tx.App().Delete(photo)
		}
		notice.Tell(tx, app, o.member, "payroll", string(o.period))
		return Erased{id}, err
	})
}

// EraseFor takes the words and photos of a leaver's objections away, and why goods on credit were refused or came
// back, inside the act that erases the person.
func EraseFor(tx *act.Tx, _ core.App, number int64) error {
	if err := tx.Exec(`DELETE FROM act_notes WHERE act IN (SELECT act FROM objections WHERE member = ?)
		OR act IN (SELECT w.act FROM objection_answers w JOIN objections o ON o.act = w.objection WHERE o.member = ?)
		OR act IN (SELECT d.act FROM instalment_requests q JOIN instalment_decisions d ON d.request = q.act WHERE q.body ->> 'member' = ?)
		OR act IN (SELECT b.act FROM instalment_plans p JOIN instalment_returns b ON b.plan = p.act WHERE p.member = ?)`,
		number, number, number, number); err != nil {
		return err
	}
	var ids []string
	err := act.Each(tx, "SELECT f.id FROM "+objectionPhotos+" f JOIN objections o ON o.act = f.objection WHERE o.member = ?", []any{number}, func(row act.Scanner) error {
		var id string
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	})
	for _, id := range ids {
		var photo *core.Record
		if err == nil {
			photo, err = tx.App().FindRecordById(objectionPhotos, id)
		}
		if err == nil {
			err = tx.App().Delete(photo)
		}
	}
	return err
}
