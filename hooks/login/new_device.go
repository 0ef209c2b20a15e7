package login

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/notice"
)

// A browser that somebody logged in with is known again by a random text that it keeps; of it the file has a keyed
// hash, another for each login, so that two people on one phone are not seen to share it. A login from a browser that
// is not known is told to the member, for somebody else may have the password.
const (
	deviceCookie = "kpdk_device"
	deviceLife   = 400 * 24 * time.Hour // the longest that browsers keep a cookie
	devicesKept  = 100                  // of one login; the longest unseen are forgotten
)

// browser is what a request comes from: the text that it keeps, and what people call it.
type browser struct{ kept, name, system string }

// browserOf knows a browser by its cookie, or gives it a text to keep from now on.
func browserOf(e *core.RequestEvent) browser {
	it := browser{kept: rand.Text()}
	if cookie, err := e.Request.Cookie(deviceCookie); err == nil && len(cookie.Value) == len(it.kept) {
		it.kept = cookie.Value
	}
	it.name, it.system = deviceOf(e.Request.UserAgent())
	return it
}

// mark lays the cookie in the browser, for another 400 days.
func (b browser) mark(e *core.RequestEvent) {
	e.SetCookie(&http.Cookie{Name: deviceCookie, Value: b.kept, Path: "/api/", MaxAge: int(deviceLife / time.Second), HttpOnly: true, Secure: e.IsTLS() || e.Request.Header.Get("X-Forwarded-Proto") == "https", SameSite: http.SameSiteStrictMode})
}

// hash is how the file knows a browser of somebody's.
func (b browser) hash(app core.App, record string) ([]byte, error) {
	ring, err := keys.Of(app)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(ring.Index("device", record+"\n"+b.kept)))
	return sum[:], nil
}

// remember keeps, inside the act with which somebody proved to be a member, that this browser is theirs.
func (b browser) remember(tx *act.Tx, who *core.Record, hash []byte) error {
	if who.Collection().Name != members {
		return nil
	}
	return tx.Exec("INSERT INTO known_devices(login, record, hash, browser, system, seen_on, act) VALUES(?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET seen_on = excluded.seen_on",
		members, who.Id, hash, b.name, b.system, string(tx.Today()))
}

// greet remembers the browser behind a login, and tells the member of one that is new.
func greet(e *core.RecordAuthRequestEvent) error {
	if e.Collection.Name != members {
		return nil
	}
	from := browserOf(e.RequestEvent)
	from.mark(e.RequestEvent)
	hash, err := from.hash(e.App, e.Record.Id)
	if err != nil {
		return err
	}
	var known, others bool
	if err := act.Read(e.App).Row("SELECT EXISTS(SELECT 1 FROM known_devices WHERE login = ?1 AND record = ?2 AND hash = ?3), EXISTS(SELECT 1 FROM known_devices WHERE login = ?1 AND record = ?2) OR EXISTS(SELECT 1 FROM sessions WHERE login = ?1 AND record = ?2)",
		members, e.Record.Id, hash).Scan(&known, &others); err != nil {
		return err
	}
	if known || !others { // the first of all is the member's own way in, where nobody is in already
		return exec(e.App, "INSERT INTO known_devices(login, record, hash, browser, system, seen_on, act) VALUES({:login}, {:record}, {:hash}, {:browser}, {:system}, {:today}, 0) ON CONFLICT DO UPDATE SET seen_on = excluded.seen_on",
			map[string]any{"login": members, "record": e.Record.Id, "hash": hash, "browser": from.name, "system": from.system, "today": string(clock.Of(e.App).Today())})
	}
	by := act.ActorOf(e.Record)
	_, _, err = act.Do(e.Request.Context(), e.App, act.Act{Kind: "login.new_device", Key: ulid.New(), By: by, Input: hex.EncodeToString(hash)}, func(tx *act.Tx) (struct{}, error) {
		if err := tx.Exec("INSERT INTO known_devices(login, record, hash, browser, system, seen_on, act) VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			members, e.Record.Id, hash, from.name, from.system, string(tx.Today()), tx.ID()); err != nil {
			return struct{}{}, err
		}
		if err := tx.Exec(`DELETE FROM known_devices WHERE login = ? AND record = ? AND hash NOT IN (
			SELECT hash FROM known_devices WHERE login = ? AND record = ? ORDER BY seen_on DESC, act DESC LIMIT ?)`, members, e.Record.Id, members, e.Record.Id, devicesKept); err != nil {
			return struct{}{}, err
		}
		notice.Tell(tx, e.App, by.Number, "device", "") // to the devices that are here already
		return struct{}{}, notice.Keep(tx, e.App, notice.Notice{Member: by.Number, Kind: notice.NewDevice})
	})
	return err
}

// ForgetDevices forgets the browsers whose cookie is over: nobody comes back with it.
func ForgetDevices(app core.App) error {
	return exec(app, "DELETE FROM known_devices WHERE seen_on < {:day}", map[string]any{"day": string(clock.Of(app).Today().Add(-int(deviceLife / (24 * time.Hour))))})
}

// tellOwner tells a member what became of the login; operators have no notices.
func tellOwner(tx *act.Tx, app core.App, who *core.Record, kind notice.Kind) error {
	if who.Collection().Name != members {
		return nil
	}
	return notice.News(tx, app, notice.Notice{Member: int64(who.GetInt("number")), Kind: kind})
}

// EraseFor forgets, inside the act that erases a person, the browsers that somebody logged in with.
func EraseFor(tx *act.Tx, _ core.App, number int64) error {
	return tx.Exec("DELETE FROM known_devices WHERE login = ? AND record IN (SELECT id FROM members WHERE number = ?)", members, number)
}
