package member

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/notice"
)

// Kinds of members. Extraordinary ones (anggota luar biasa: retirees) belong and save and buy; they have no
// vote (UU 25/1992, Ps 18, where the statutes allow them).
const (
	Ordinary      = "ordinary"
	Extraordinary = "extraordinary"
)

// ChangeKind makes a member ordinary or extraordinary.
type ChangeKind struct {
	Kind string `json:"kind"`
}

// KindChanged is the register's new line.
type KindChanged struct {
	Number int64  `json:"number"`
	Kind   string `json:"kind"`
}

// KindOf reads what kind of member somebody is.
func KindOf(r act.Reader, number int64) (kind string, err error) {
	err = r.Row("SELECT kind FROM members WHERE number = ?", number).Scan(&kind)
	if kind == "" {
		kind = Ordinary
	}
	return kind, err
}

// Votes says whether somebody has a vote: ordinary members do.
func Votes(kind string) bool { return kind != Extraordinary }

// SetKind keeps the change in the register. Who becomes extraordinary draws no pay from the employer any
// more, so the channel is the member's own from today; an act of its own may say otherwise. Back among
// the ordinary, the channel of before is back too.
func SetKind(ctx context.Context, app core.App, key string, by act.Actor, number int64, in ChangeKind) (KindChanged, bool, error) {
	var problems fault.Input
	problems.Check(in.Kind == Ordinary || in.Kind == Extraordinary, "kind", "member.kind_unknown")
	if err := problems.Err(); err != nil {
		return KindChanged{}, false, err
	}
	out := KindChanged{number, in.Kind}
	a := act.Act{Kind: "member.set_kind", Key: key, By: by, Input: out}
	return act.Do(ctx, app, a, func(tx *act.Tx) (KindChanged, error) {
		p, err := Find(tx, number)
		if err != nil {
			return out, err
		}
		if p.Status != Active && p.Status != Applicant {
			return out, fault.Refused("member.not_active", fault.Params{"number": PrintNumber(number)})
		}
		was, err := KindOf(tx, number)
		if err != nil {
			return out, err
		}
		if was == in.Kind {
			return out, fault.Refused("member.kind_same", fault.Params{"number": PrintNumber(number)})
		}
		if err := errors.Join(tx.Exec("INSERT INTO member_kinds(member, kind, date, act) VALUES(?, ?, ?, ?)", number, in.Kind, string(tx.Today()), tx.ID()),
			tx.Exec("UPDATE members SET kind = ?, updated = ? WHERE number = ?", in.Kind, stamp(tx), number)); err != nil {
			return out, err
		}
		notice.Tell(tx, app, number, "savings", PrintNumber(number))
		if p.Employee == "" {
			return out, nil
		}
		channel := BySelf
		if in.Kind == Ordinary {
			if channel, err = channelBefore(tx, p.Employee); err != nil || channel == "" {
				return out, err
			}
		}
		_, err = writeFact(tx, p.Employee, FactChannel, channel, tx.Today())
		return out, err
	})
}

// channelBefore is by which channel somebody's money came before the change of kind that made it their own to pay;
// empty when something else was said of the channel since.
func channelBefore(tx *act.Tx, employee string) (channel string, err error) {
	err = tx.Row(`SELECT coalesce((SELECT p.value FROM standing_facts p WHERE p.employee = f.employee AND p.kind = f.kind AND p.id < f.id AND p.valid_from <= f.valid_from ORDER BY p.valid_from DESC, p.id DESC LIMIT 1), '')
		FROM standing_facts f JOIN acts a ON a.id = f.act WHERE f.id = (SELECT id FROM standing_facts WHERE employee = ? AND kind = ? AND valid_from <= ? ORDER BY valid_from DESC, id DESC LIMIT 1)
		AND f.value = ? AND a.kind = 'member.set_kind'`, employee, FactChannel, string(tx.Today()), BySelf).Scan(&channel)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return usualChannel(channel), err
}
