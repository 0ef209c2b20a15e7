package member

import (
	"context"
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
// more, so the channel is the member's own from today; an act of its own may say otherwise.
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
		if in.Kind != Extraordinary || p.Employee == "" {
			return out, nil
		}
		_, err = writeFact(tx, p.Employee, FactChannel, BySelf, tx.Today())
		return out, err
	})
}
