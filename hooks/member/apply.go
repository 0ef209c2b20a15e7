package member

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/ledger"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

// Ways to pay the principal savings.
const (
	payCash     = "cash"
	payTransfer = "transfer"
	payLater    = "later" // at the office or a till, on another day
	payPayroll  = "payroll"
)

// Apply is what somebody signs to become a member: the consent under the statutes, a mandate for payroll
// deduction or none (it is asked for separately and refused freely), and how the principal is paid.
type Apply struct {
	Statutes    string       `json:"statutes"` // the hash of the statutes that were shown
	Consent     Signature    `json:"consent"`
	Mandate     *SignMandate `json:"mandate"`
	Principal   string       `json:"principal"` // cash, transfer, payroll
	Instalments int64        `json:"instalments"`
}

// SignMandate is a mandate that a member signs.
type SignMandate struct {
	Max       money.Rupiah `json:"max_rupiah"`
	Voluntary money.Rupiah `json:"voluntary_rupiah"`
	Signature Signature    `json:"signature"`
}

func (m *SignMandate) check(in *fault.Input, field, name string) {
	in.Check(m.Max > 0 && m.Max <= MaxMandate, field+"max_rupiah", "input.amount")
	in.Check(m.Voluntary >= 0 && m.Voluntary <= max(m.Max, 0), field+"voluntary_rupiah", "member.voluntary_above_max")
	m.Signature.check(in, field+"signature", name)
}

// Applied tells that the application waits for the board.
type Applied struct {
	Application int64 `json:"application"`
}

func (in *Apply) check(most int64, name string) error {
	var problems fault.Input
	in.Consent.check(&problems, "consent", name)
	if in.Mandate != nil {
		in.Mandate.check(&problems, "mandate.", name)
	}
	switch in.Principal {
	case payCash, payTransfer:
		in.Instalments = 1
	case payPayroll:
		problems.Check(in.Mandate != nil, "principal", "member.principal_needs_mandate")
		problems.Check(in.Instalments >= 1 && in.Instalments <= most, "instalments", "member.instalments_range", fault.Params{"max": most})
	default:
		problems.Add("principal", "member.principal_pay")
	}
	return problems.Err()
}

// ApplyForMembership keeps what was signed. Nobody is a member yet: the board decides.
func ApplyForMembership(ctx context.Context, app core.App, key string, by act.Actor, language string, in Apply) (Applied, bool, error) {
	r, number := act.Read(app), by.Number
	most, err := policy.PrincipalInstalments.On(r, clock.Of(app).Today())
	if err != nil {
		return Applied{}, false, err
	}
	s, err := signerOf(app, number, language, key)
	if err != nil {
		return Applied{}, false, err
	}
	if err := in.check(most, s.name); err != nil {
		return Applied{}, false, err
	}
	statutes, err := statutesIn(r, language)
	if err != nil {
		return Applied{}, false, err
	}
	consent, err := s.consent(statutes, in.Consent)
	if err != nil {
		return Applied{}, false, err
	}
	var mandate paper
	if in.Mandate != nil {
		if mandate, err = s.mandate(in.Mandate.Max, in.Mandate.Voluntary, in.Mandate.Signature); err != nil {
			return Applied{}, false, err
		}
	}
	a := act.Act{Kind: "member.apply", Key: key, By: by, Input: struct {
		Number int64
		Apply
	}{number, in}}
	return act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Applied, error) {
		if len(statutes.pages) == 0 {
			return Applied{}, fault.Refused("member.no_statutes")
		}
		if hexOf(statutes.hash[:]) != in.Statutes {
			return Applied{}, fault.Refused("member.statutes_changed")
		}
		if err := mayBeInvited(tx, number); err != nil {
			return Applied{}, err
		}
		if err := note(tx, number, "consented", tx.Today(), key); err != nil {
			return Applied{}, err
		}
		if err := tx.Exec("DELETE FROM invitations WHERE member = ?", number); err != nil { // a letter opens no login with an application
			return Applied{}, err
		}
		if err := statutes.keep(tx); err != nil {
			return Applied{}, err
		}
		consented, err := consent.keep(tx, number, 0)
		if err != nil {
			return Applied{}, err
		}
		var granted any
		if in.Mandate != nil {
			id, err := keepMandate(tx, number, Mandate{in.Mandate.Max, in.Mandate.Voluntary, tx.Today(), key}, mandate)
			if err != nil {
				return Applied{}, err
			}
			granted = id
		}
		notice.Tell(tx, app, number, "savings", PrintNumber(number))
		if err := notice.Keep(tx, app, notice.Notice{Member: number, Kind: notice.Applied}); err != nil {
			return Applied{}, err
		}
		return Applied{tx.ID()}, tx.Exec("INSERT INTO applications(act, member, consent, mandate, principal, instalments) VALUES(?, ?, ?, ?, ?, ?)",
			tx.ID(), number, consented, granted, in.Principal, in.Instalments)
	})
}

// keepMandate adds a signed mandate to the log, with its paper.
func keepMandate(tx *act.Tx, number int64, m Mandate, p paper) (id int64, err error) {
	if err := grant(tx, number, m); err != nil {
		return 0, err
	}
	if err := tx.Row("SELECT max(id) FROM mandates WHERE member = ?", number).Scan(&id); err != nil {
		return 0, err
	}
	_, err = p.keep(tx, number, id)
	return id, err
}

// applicationWaits says whether somebody's application is undecided.
func applicationWaits(r act.Reader, number int64) (waits bool, err error) {
	err = r.Row(`SELECT EXISTS(SELECT 1 FROM applications a WHERE a.member = ? AND NOT EXISTS(SELECT 1 FROM application_decisions d WHERE d.application = a.act))`, number).Scan(&waits)
	return waits, err
}

// Joining is how far somebody is on the way into the co-op, and on what terms.
type Joining struct {
	Number       int64        `json:"number"`
	Name         string       `json:"name"`
	WorkUnit     string       `json:"work_unit"`
	Status       Status       `json:"status"`
	Coop         string       `json:"coop"`
	Consent      string       `json:"consent"` // the words to agree to
	Statutes     []Statute    `json:"statutes"`
	StatutesHash string       `json:"statutes_hash"`
	Principal    money.Rupiah `json:"principal_rupiah"`
	Mandatory    money.Rupiah `json:"mandatory_rupiah"`
	Instalments  int64        `json:"instalments_max"`
	MandateUsual money.Rupiah `json:"mandate_usual_rupiah"`
	MaxSharePct  int64        `json:"max_share_pct"`
	ActiveWhen   string       `json:"active_when"`
	Application  *Own         `json:"application"` // the last one
}

// Own is one's own application.
type Own struct {
	State       string       `json:"state"` // waiting, approved, refused
	At          string       `json:"at"`
	Reason      string       `json:"reason"` // why it was refused, in the board's words
	Principal   string       `json:"principal"`
	Instalments int64        `json:"instalments"`
	MandateMax  money.Rupiah `json:"mandate_max_rupiah"` // 0: none
	Paid        money.Rupiah `json:"paid_rupiah"`        // of the principal, held until it is complete
}

func readJoining(app core.App, number int64, language string) (j Joining, err error) {
	r, today := act.Read(app), clock.Of(app).Today()
	s, err := signerOf(app, number, language, "")
	if err != nil {
		return j, err
	}
	p, err := Find(r, number)
	if err != nil {
		return j, err
	}
	j = Joining{Number: number, Name: s.name, WorkUnit: s.unit, Status: p.Status, Coop: s.coop.Name, Consent: ConsentWords(language, s.coop.Name)}
	statutes, err := statutesIn(r, language)
	if err != nil {
		return j, err
	}
	j.Statutes, j.StatutesHash = statutes.pages, hexOf(statutes.hash[:])
	grade, err := GradeOn(r, number, today)
	if err != nil {
		return j, err
	}
	for _, read := range []struct {
		of   policy.Graded
		into *money.Rupiah
	}{{policy.Principal, &j.Principal}, {policy.Mandatory, &j.Mandatory}} {
		rates, err := read.of.On(r, today)
		if err != nil {
			return j, err
		}
		*read.into = rates.Of(grade)
	}
	if j.MandateUsual, err = policy.DefaultMandateMax.RupiahOn(r, today); err != nil {
		return j, err
	}
	if j.Instalments, err = policy.PrincipalInstalments.On(r, today); err != nil {
		return j, err
	}
	if j.MaxSharePct, err = policy.MaxShare.On(r, today); err != nil {
		return j, err
	}
	if j.ActiveWhen, err = policy.ActiveWhen.On(r, today); err != nil {
		return j, err
	}
	j.Application, err = readOwn(r, number)
	return j, err
}

// readOwn leaves out what somebody else signed before the person came and took the login over.
func readOwn(r act.Reader, number int64) (*Own, error) {
	var o Own
	var at int64
	err := r.Row(`SELECT CASE d.approved WHEN 1 THEN 'approved' WHEN 0 THEN 'refused' ELSE 'waiting' END, t.at, coalesce(n.text, ''), a.principal, a.instalments, coalesce(m.max_rupiah, 0)
		FROM applications a JOIN acts t ON t.id = a.act LEFT JOIN application_decisions d ON d.application = a.act LEFT JOIN act_notes n ON n.act = d.act LEFT JOIN mandates m ON m.id = a.mandate
		LEFT JOIN acts b ON b.id = d.act
		WHERE a.member = ? AND coalesce(b.kind, '') NOT LIKE 'login.%' ORDER BY a.act DESC LIMIT 1`, number).Scan(&o.State, &at, &o.Reason, &o.Principal, &o.Instalments, &o.MandateMax)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	o.At = timeOf(at)
	if o.Paid, err = ledger.Balance(r, ledger.MemberParty(number), ledger.DepositHeld); err != nil {
		return nil, err
	}
	o.Paid = -o.Paid
	return &o, nil
}

func hexOf(b []byte) string { return hex.EncodeToString(b) }
