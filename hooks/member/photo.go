package member

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"kpdk/hooks/document"
	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/fault"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/notice"
	"kpdk/hooks/policy"
)

const (
	memberPhotos = "member_photos"
	photoName    = "foto.jpg" // the name that the sender's phone gave may name a person
)

// PhotoKept tells whose photo was kept or removed.
type PhotoKept struct {
	Number int64 `json:"number"`
	Photo  bool  `json:"photo"` // there is one now
}

// PhotoState is whether somebody's photo is kept, and whether the co-op prints any on cards.
type PhotoState struct {
	Allowed bool `json:"allowed"`
	Photo   bool `json:"photo"`
}

// KeepPhoto keeps a member's portrait for the card, in place of one from before. Where the co-op prints no photos
// none is taken either: personal data is kept only for what it is used for (UU 27/2022, article 16).
func KeepPhoto(ctx context.Context, app core.App, key string, by act.Actor, number int64, raw []byte) (PhotoKept, bool, error) {
	portrait, err := Portrait(raw)
	if err != nil {
		return PhotoKept{}, false, err
	}
	sum := sha256.Sum256(raw)
	a := act.Act{Kind: "member.keep_photo", Key: key, By: by, Input: []string{PrintNumber(number), hex.EncodeToString(sum[:])}}
	return act.DoWithRecords(ctx, app, a, func(tx *act.Tx) (PhotoKept, error) {
		out := PhotoKept{number, true}
		p, err := Find(tx, number)
		if err != nil {
			return out, err
		}
		allowed, err := printsPhotos(tx, tx.Today())
		switch {
		case err != nil:
			return out, err
		case !allowed:
			return out, fault.Refused("member.photo_off")
		case p.Status == Left:
			return out, fault.Refused("member.left_already", fault.Params{"number": PrintNumber(number)})
		}
		if _, err := dropPhoto(tx, number); err != nil {
			return out, err
		}
		if _, err := document.Keep(tx, memberPhotos, photoName, portrait, map[string]any{"member": number}); err != nil {
			return out, err
		}
		return out, notePhoto(tx, app, number, "keep")
	})
}

// RemovePhoto removes a member's photo; the next card has none.
func RemovePhoto(ctx context.Context, app core.App, key string, by act.Actor, number int64) (PhotoKept, bool, error) {
	return act.DoWithRecords(ctx, app, act.Act{Kind: "member.remove_photo", Key: key, By: by, Input: number}, func(tx *act.Tx) (PhotoKept, error) {
		there, err := dropPhoto(tx, number)
		if err == nil && !there {
			err = fault.NotFound("member.photo_none")
		}
		if err != nil {
			return PhotoKept{}, err
		}
		return PhotoKept{number, false}, notePhoto(tx, app, number, "remove")
	})
}

// notePhoto keeps what became of a photo, and tells a member of whom the office did it.
func notePhoto(tx *act.Tx, app core.App, number int64, kind string) error {
	notice.Tell(tx, app, number, "card", PrintNumber(number))
	if tx.By().Role != act.Member {
		told := map[string]notice.Kind{"keep": notice.PhotoKept, "remove": notice.PhotoRemoved}[kind]
		if err := notice.News(tx, app, notice.Notice{Member: number, Kind: told}); err != nil {
			return err
		}
	}
	return tx.Exec("INSERT INTO photo_events(member, kind, act) VALUES(?, ?, ?)", number, kind, tx.ID())
}

// dropPhoto deletes what is kept, if anything, inside an act. PocketBase removes files in the background; a face is
// gone when the act is.
func dropPhoto(tx *act.Tx, number int64) (there bool, err error) {
	r, err := tx.App().FindFirstRecordByData(memberPhotos, "member", number)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	app, path := tx.App(), r.BaseFilesPath()+"/"+r.GetString("file")
	tx.AfterCommit(func() {
		if files, err := app.NewFilesystem(); err == nil {
			_ = files.Delete(path) // what could not be removed now is swept at night
			_ = files.Close()
		}
	})
	return true, app.Delete(r)
}

func printsPhotos(r act.Reader, on clock.Date) (bool, error) {
	says, err := policy.CardPhoto.On(r, on)
	return says == policy.WithPhoto, err
}

func photoState(r act.Reader, number int64, today clock.Date) (s PhotoState, err error) {
	if s.Allowed, err = printsPhotos(r, today); err != nil {
		return s, err
	}
	err = r.Row("SELECT EXISTS(SELECT 1 FROM "+memberPhotos+" WHERE member = ?)", number).Scan(&s.Photo)
	return s, err
}

// photoOf reads somebody's portrait; nil: there is none.
func photoOf(app core.App, number int64) ([]byte, error) {
	r, err := app.FindFirstRecordByData(memberPhotos, "member", number)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	files, err := app.NewFilesystem()
	if err != nil {
		return nil, err
	}
	defer files.Close()
	reader, err := files.GetReader(r.BaseFilesPath() + "/" + r.GetString("file"))
	if errors.Is(err, filesystem.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return io.ReadAll(reader)
}

// photoRoutes are a member's own photo, and those that the office takes. Whose it is is the path's number, or the
// caller.
func photoRoutes() []web.Route {
	const me, office = "/api/coop/me/photo", "/api/coop/members/{number}/photo"
	own := func(c *web.Call) (int64, error) { return c.By.Number, nil }
	theirs := func(c *web.Call) (int64, error) { return c.Number("number") }
	remove := func(who func(*web.Call) (int64, error)) func(*web.Call, string, struct{}) (PhotoKept, bool, error) {
		return func(c *web.Call, key string, _ struct{}) (PhotoKept, bool, error) {
			number, err := who(c)
			if err != nil {
				return PhotoKept{}, false, err
			}
			return RemovePhoto(c.Request.Context(), c.App, key, c.By, number)
		}
	}
	return []web.Route{
		web.Get(me, web.Members, "Whether cards carry photos here, and whether there is one of the caller.", func(c *web.Call) (PhotoState, error) {
			return photoState(act.Read(c.App), c.By.Number, clock.Of(c.App).Today())
		}),
		takePhoto(me, web.Members, "Keeps the caller's photo for the card.", own),
		web.Raw(http.MethodGet, me+".jpg", web.Members, "The caller's photo.", func(c *web.Call) error { return showPhoto(c, own) }),
		web.Post(me+"/remove", web.Members, "Removes the caller's photo.", remove(own)),
		takePhoto(office, web.Managers, "Keeps a member's photo for the card.", theirs),
		web.Raw(http.MethodGet, office+".jpg", web.Managers, "A member's photo.", func(c *web.Call) error { return showPhoto(c, theirs) }).Shows(web.Exported, "photo", whyCards),
		web.Post(office+"/remove", web.Managers, "Removes a member's photo.", remove(theirs)),
	}
}

func takePhoto(path string, roles []act.Role, summary string, who func(*web.Call) (int64, error)) web.Route {
	r := web.Raw(http.MethodPost, path, roles, summary, func(c *web.Call) error {
		number, err := who(c)
		if err != nil {
			return err
		}
		upload, err := document.ReadUpload(c)
		if err != nil {
			return err
		}
		var bad fault.Input
		bad.Check(upload.Key != "", "id", "input.ulid")
		if err := bad.Err(); err != nil {
			return err
		}
		kept, again, err := KeepPhoto(c.Request.Context(), c.App, upload.Key, c.By, number, upload.Data)
		if err != nil {
			return err
		}
		if again {
			return c.JSON(http.StatusOK, kept)
		}
		return c.JSON(http.StatusCreated, kept)
	})
	r.Out, r.MaxBody = PhotoKept{}, -1
	return r
}

func showPhoto(c *web.Call, who func(*web.Call) (int64, error)) error {
	number, err := who(c)
	if err != nil {
		return err
	}
	raw, err := photoOf(c.App, number)
	if err == nil && raw == nil {
		err = fault.NotFound("member.photo_none")
	}
	if err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	c.Response.Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, "image/jpeg", raw)
}
