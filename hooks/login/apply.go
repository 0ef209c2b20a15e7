package login

import (
	"context"
	"errors"
	"net/netip"
	"regexp"
	"strings"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/member"
)

// Somebody who guesses at the staff list is slowed three times: by the number that is tried, by how many tries
// failed from where they sit, and by how many failed at all. Where they sit has room for an office on the day of its
// meeting, and all together for many such offices, so that nobody shuts the door on others by guessing.
const (
	appliesKey      = "kpdk.applies"
	applySourcesKey = "kpdk.apply_sources"
	applyFailsKey   = "kpdk.apply_fails"
	appliesOfNumber = 5
	failsOfSource   = 100
	failsOfAll      = 2_000
	allFails        = "all"
)

// sourceOf is where an address sits: itself, or, as one household or firm has so many of the long ones, their network.
func sourceOf(ip string) string {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if address = address.Unmap(); address.Is4() {
		return address.String()
	}
	network, err := address.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return network.String()
}

// Apply is somebody of the staff list who asks to join without an invitation.
type Apply struct {
	member.Described
	Phone    string `json:"phone"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// Number is the number under which somebody's application is known; it becomes the member's.
type Number struct {
	Number int64 `json:"number"`
}

var address = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@]+$`)

func (in *Apply) check(today clock.Date) error {
	in.Name, in.Phone, in.Email = strings.Join(strings.Fields(in.Name), " "), strings.TrimSpace(in.Phone), strings.ToLower(strings.TrimSpace(in.Email))
	var problems fault.Input
	problems.Check(in.Name != "" && len(in.Name) <= 120, "name", "input.required")
	problems.Check(in.Number != "" && len(in.Number) <= 60, "identity_number", "input.required")
	born, ok := clock.ParseDate(string(in.BirthDate))
	problems.Check(ok && born < today, "birth_date", "input.date")
	problems.Check(len(in.Phone) <= 40, "phone", "input.too_long", fault.Params{"max": 40})
	problems.Check(in.Email == "" || len(in.Email) <= 200 && address.MatchString(in.Email), "email", "login.email_invalid")
	checkPassword(&problems, in.Password)
	return problems.Err()
}

// ApplyToJoin matches somebody against the staff list and gives them a login. Whoever is not on it, wrote
// something else than it says, or is a member already hears one and the same refusal, with what to do. The address is
// the caller's.
func ApplyToJoin(ctx context.Context, app core.App, key, ip string, in Apply) (Number, bool, error) {
	if err := in.check(clock.Of(app).Today()); err != nil {
		return Number{}, false, err
	}
	ring, err := keys.Of(app)
	if err != nil {
		return Number{}, false, err
	}
	now := clock.Of(app).Now()
	of, sources, fails := app.Store().Get(appliesKey).(*attempts), app.Store().Get(applySourcesKey).(*attempts), app.Store().Get(applyFailsKey).(*attempts)
	source := sourceOf(ip)
	if until, full := fails.spent(allFails, now); full {
		return Number{}, false, waitUntil(app, until)
	}
	if until, full := sources.spent(source, now); full {
		return Number{}, false, waitUntil(app, until)
	}
	if _, refusal := of.hold(app, ring.Index("apply", plain(in.Number))); refusal != nil {
		return Number{}, false, refusal
	}
	refused := func() (Number, bool, error) {
		fails.begin(allFails, now)
		sources.begin(source, now)
		return Number{}, false, fault.Bad("login.application_refused")
	}
	var done bool
	if err := act.Read(app).Row("SELECT EXISTS(SELECT 1 FROM acts WHERE key = ? AND kind = 'login.apply')", key).Scan(&done); err != nil {
		return Number{}, false, err
	}
	employee, ok, err := member.MatchOnList(app, in.Described)
	if err != nil {
		return Number{}, false, err
	}
	if ok && !done {
		_, ok, err = member.Open(act.Read(app), employee, now)
	}
	if err != nil {
		return Number{}, false, err
	}
	if !ok {
		return refused()
	}
	collection, err := app.FindCachedCollectionByNameOrId(members)
	if err != nil {
		return Number{}, false, err
	}
	secret := core.NewRecord(collection)
	if !done {
		secret.SetPassword(in.Password) // bcrypt: outside of the writer
	}
	a := act.Act{Kind: "login.apply", Key: key, By: act.Actor{Role: act.Nobody}, Input: []string{employee, ring.Index("contact", in.Phone+"\n"+in.Email)}}
	out, replayed, err := act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (Number, error) {
		free, err := member.EmailFree(tx, in.Email)
		if err != nil {
			return Number{}, err
		}
		number, err := member.EnterOwn(tx, employee, func(r *core.Record) {
			r.SetRaw(core.FieldNamePassword, secret.GetRaw(core.FieldNamePassword))
			if free {
				r.Set("email", in.Email)
			}
			if in.Phone != "" {
				r.Set("phone", in.Phone)
			}
		})
		if err != nil {
			return Number{}, err
		}
		return Number{number}, member.NoteIdentity(tx, number, "own", "number")
	})
	if errors.Is(err, member.ErrNotOpen) {
		return refused()
	}
	return out, replayed, err
}
