package login

import (
	"context"
	"errors"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/member"
)

// Somebody who guesses at the staff list is slowed by the number that is tried, and by how many tries failed from where
// they sit and from around it; there is room for an office on the day of its meeting. When very many failed at all,
// only those places are still let in from where hardly anybody failed: an attacker shuts the door on whoever sits
// beside them, and on nobody else.
const (
	applies     = "apply"         // of one number of the list
	appliesHere = "apply_here"    // of one number from one network, so that nobody elsewhere uses up its owner's tries
	failsThere  = "apply_there"   // of one place
	failsAround = "apply_network" // of the network around it
	failsAll    = "apply_all"

	appliesOfNumber = 10
	appliesOfPair   = 5
	failsOfSource   = 100
	failsOfNetwork  = 300
	failsOfAll      = 2_000
	failsWhenMany   = 5 // of a network, while failsOfAll is reached
)

// place is where an address sits: itself with the network of its neighbours. Of the long addresses a household or a
// firm has so many that the first is a network (/64) too, and the second what a provider gives to one customer (/48).
type place struct{ source, network string }

// placeOf knows nothing of a caller who seems to sit in this machine: that is a proxy that PocketBase was not told to
// believe (settings, trusted proxy), and everybody comes through it.
func placeOf(ip string) (place, bool) {
	address, err := netip.ParseAddr(ip)
	if err != nil {
		return place{ip, ip}, ip != ""
	}
	address = address.Unmap().WithZone("")
	if address.IsLoopback() {
		return place{}, false
	}
	bits, around := 64, 48
	if address.Is4() {
		bits, around = 32, 24
	}
	source, err := address.Prefix(bits)
	if err != nil {
		return place{ip, ip}, true
	}
	network, err := address.Prefix(around)
	return place{source.String(), network.String()}, err == nil
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
	taken, err := takeTurn(app, ip, plain(in.Number), now)
	if err != nil {
		return Number{}, false, err
	}
	guessed := false
	defer func() {
		if !guessed { // whoever is on the list, and what went wrong here, is no guess
			taken.back()
		}
	}()
	refused := func() (Number, bool, error) {
		guessed = true
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

// turn is a try that was counted where somebody sits.
type turn []func()

func (t turn) back() {
	for _, back := range t {
		back()
	}
}

// takeTurn counts a try at a number before it is looked at, or says until when there is none: whoever hears it has
// perhaps tried once, and has no account: others guessed.
func takeTurn(app core.App, ip, number string, now time.Time) (taken turn, err error) {
	at, known := placeOf(ip)
	type gate struct{ kind, name string }
	gates := []gate{{appliesHere, number + "\n" + at.network}, {applies, number}, {failsAll, ""}}
	if known {
		gates = slices.Concat([]gate{{failsThere, at.source}, {failsAround, at.network}}, gates)
	}
	var all turn // to be taken back where nothing is looked at; of a number each look counts
	for _, g := range gates {
		tries := triesOf(app, g.kind)
		who, err := tries.account(app, g.name)
		if err != nil {
			return nil, err
		}
		until, full := tries.begin(who, now)
		if full && g.kind == failsAll && known {
			full, err = manyFailed(app, at, now)
			if err != nil {
				return nil, err
			}
			if !full {
				continue
			}
		}
		if full {
			all.back()
			return nil, web.WaitUntil(app, "login.applications_rest", until)
		}
		all = append(all, func() { tries.back(who) })
		if g.kind != applies && g.kind != appliesHere {
			taken = append(taken, func() { tries.back(who) })
		}
	}
	return taken, nil
}

// manyFailed says, when very many failed at all, whether those around a place did: the try that is under way is
// counted already.
func manyFailed(app core.App, at place, now time.Time) (bool, error) {
	tries := triesOf(app, failsAround)
	who, err := tries.account(app, at.network)
	n, _ := tries.count(who, now)
	return n > failsWhenMany, err
}
