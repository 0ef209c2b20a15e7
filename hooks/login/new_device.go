package login

import (
	"crypto/rand"
	"crypto/sha256"
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

// greet remembers the browser behind a login, and tells the member of one that is new.
func greet(e *core.RecordAuthRequestEvent) error {
	if e.Collection.Name != members {
		return nil
	}
	kept := ""
	if cookie, err := e.Request.Cookie(deviceCookie); err == nil && len(cookie.Value) == len(rand.Text()) {
		kept = cookie.Value
	}
	if kept == "" {
		kept = rand.Text()
	}
	e.SetCookie(&http.Cookie{Name: deviceCookie, Value: kept, Path: "/api/", MaxAge: int(deviceLife / time.Second), HttpOnly: true, Secure: e.IsTLS(), SameSite: http.SameSiteStrictMode})
	ring, err := keys.Of(e.App)
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(ring.Index("device", e.Record.Id+"\n"+kept)))
	var known, others bool
	if err := act.Read(e.App).Row("SELECT EXISTS(SELECT 1 FROM known_devices WHERE login = ?1 AND record = ?2 AND hash = ?3), EXISTS(SELECT 1 FROM known_devices WHERE login = ?1 AND record = ?2)",
		members, e.Record.Id, sum[:]).Scan(&known, &others); err != nil {
		return err
	}
	browser, system := deviceOf(e.Request.UserAgent())
	row := map[string]any{"login": members, "record": e.Record.Id, "hash": sum[:], "browser": browser, "system": system, "today": string(clock.Of(e.App).Today())}
	const keep = "INSERT INTO known_devices(login, record, hash, browser, system, seen_on, act) VALUES({:login}, {:record}, {:hash}, {:browser}, {:system}, {:today}, 0) ON CONFLICT DO UPDATE SET seen_on = excluded.seen_on"
	if known || !others { // the first of all is the member's own way in
		return exec(e.App, keep, row)
	}
	by := act.ActorOf(e.Record)
	_, _, err = act.Do(e.Request.Context(), e.App, act.Act{Kind: "login.new_device", Key: ulid.New(), By: by, Input: ring.Index("device", string(sum[:]))}, func(tx *act.Tx) (struct{}, error) {
		if err := tx.Exec("INSERT INTO known_devices(login, record, hash, browser, system, seen_on, act) VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			members, e.Record.Id, sum[:], browser, system, string(tx.Today()), tx.ID()); err != nil {
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
