package member_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pocketbase/pocketbase/core"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/ulid"
	"kpdk/hooks/member"
	"kpdk/hooks/policy"
)

// photos is a co-op whose cards carry photos.
func photos(t *testing.T, app *testapp.App) {
	t.Helper()
	must[policy.Setting](t)(policy.Set(context.Background(), app, ulid.New(), act.BySystem, policy.Setting{Key: policy.CardPhoto.Key, Value: []byte(`"with_photo"`), ValidFrom: "2026-11-01"}))
}

// sendPhoto sends a form with a photo.
func sendPhoto(t *testing.T, app *testapp.App, who *core.Record, method, url, key string, photo []byte) (status int, body []byte, head http.Header) {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("id", key)
	part, err := w.CreateFormFile("file", "Rani di rumah.jpg")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(photo)
	_ = w.Close()
	r, err := http.NewRequest(method, url, &form)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	if who != nil {
		r.Header.Set("Authorization", app.Token(who))
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, body, res.Header
}

// A member's photo is seen by the member and by managers, printed where the co-op says so, replaced, removed, and
// gone with the person.
func TestAMembersPhoto(t *testing.T) {
	app := testapp.New(t)
	rani, budi, boss, clerk := app.Member("Rani"), app.Member("Budi"), app.Manager(), app.Operator(act.Treasurer)
	url := serve(app)
	mine, theirs, raw, key := url+"/api/coop/me/photo", url+"/api/coop/members/"+rani.GetString("number")+"/photo", held(asJPEG(t, quarters(600, 800)), 1, binary.BigEndian), ulid.New()
	try := func(who *core.Record, method, at, key string, want int) []byte {
		t.Helper()
		status, body, _ := sendPhoto(t, app, who, method, at, key, raw)
		if status != want {
			t.Errorf("%s %s: %d %s, want %d", method, strings.TrimPrefix(at, url), status, body, want)
		}
		return body
	}
	before := count(t, app, "SELECT count(*) FROM acts")
	if body := try(rani, "POST", mine, key, 409); !bytes.Contains(body, []byte("member.photo_off")) {
		t.Errorf("where cards carry none: %s", body)
	}
	photos(t, app)
	for _, who := range []*core.Record{nil, budi, clerk} {
		want := 403
		if who == nil {
			want = 401
		}
		try(who, "POST", theirs, ulid.New(), want)
		try(who, "GET", theirs+".jpg", "", want)
		try(who, "POST", theirs+"/remove", ulid.New(), want)
	}
	try(clerk, "POST", mine, ulid.New(), 403)
	try(rani, "GET", mine+".jpg", "", 404)
	if status, body, _ := sendPhoto(t, app, rani, "POST", mine, ulid.New(), []byte("bukan foto")); status != 400 || !bytes.Contains(body, []byte("member.photo_kind")) {
		t.Errorf("%d %s", status, body)
	}
	if n := count(t, app, "SELECT count(*) FROM acts") - before; n != 1 { // the policy
		t.Errorf("%d acts came of what was refused", n)
	}
	printed := func() []byte {
		t.Helper()
		sheet, err := member.SheetsOf(app, "id", []member.Card{{Member: int64(rani.GetInt("number")), Serial: 1}})
		if err != nil {
			t.Fatal(err)
		}
		return sheet
	}
	without := printed()
	try(rani, "POST", mine, key, 201)
	try(rani, "POST", mine, key, 200)
	status, kept, head := sendPhoto(t, app, rani, "GET", mine+".jpg", "", nil)
	if c, err := jpeg.DecodeConfig(bytes.NewReader(kept)); status != 200 || err != nil || c.Width != 360 || bytes.Contains(kept, []byte("RAHASIA")) || head.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v %v %v", status, c, err, head)
	}
	if !bytes.Contains(try(rani, "GET", mine, "", 200), []byte(`"allowed":true,"photo":true`)) || !bytes.Contains(try(budi, "GET", mine, "", 200), []byte(`"photo":false`)) {
		t.Error("the state of a photo")
	}
	if with := printed(); len(with) < len(without)+len(kept)/2 {
		t.Errorf("a sheet of %d bytes without, %d with the photo", len(without), len(with))
	}
	r, err := app.FindFirstRecordByData("member_photos", "member", rani.GetInt("number"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(r.GetString("file")), "rani") {
		t.Errorf("the file is called %s", r.GetString("file"))
	}
	open := url + "/api/files/member_photos/" + r.Id + "/" + r.GetString("file")
	for _, who := range []*core.Record{nil, budi, rani} {
		try(who, "GET", open, "", 404)
	}
	try(boss, "POST", theirs, ulid.New(), 201)
	if n := count(t, app, "SELECT count(*) FROM member_photos"); n != 1 {
		t.Errorf("%d photos of one member", n)
	}
	try(boss, "GET", theirs+".jpg", "", 200)
	edit := url + "/api/collections/member_photos/records/" + onlyRecord(t, app, "member_photos").Id
	try(boss, "DELETE", edit, "", 403)
	try(boss, "PATCH", edit, "", 403)
	try(boss, "POST", url+"/api/collections/member_photos/records", "", 403)
	must[policy.Setting](t)(policy.Set(context.Background(), app, ulid.New(), act.BySystem, policy.Setting{Key: policy.CardPhoto.Key, Value: []byte(`"without_photo"`), ValidFrom: "2026-11-03"}))
	if !bytes.Equal(printed(), without) {
		t.Error("printed where the co-op says no")
	}
	if a := call(t, app, rani, "POST", mine+"/remove", map[string]any{"id": ulid.New()}); a.status != 201 {
		t.Errorf("removing, also where cards carry none now: %d %s", a.status, a.raw)
	}
	if a := call(t, app, rani, "POST", mine+"/remove", map[string]any{"id": ulid.New()}); a.status != 404 {
		t.Errorf("removing what is gone: %d", a.status)
	}
	if got := count(t, app, "SELECT count(*) FROM photo_events WHERE member = ?", rani.GetInt("number")); got != 3 {
		t.Errorf("%d events", got)
	}
	if got := count(t, app, "SELECT count(*) FROM notices WHERE kind IN ('photo_kept', 'photo_removed')"); got != 1 { // by the office; the member's own is no news
		t.Errorf("%d notices of photos", got)
	}
	app.Verify()
}

// An account brings twenty files in an hour, whatever they are and whether they were taken; others are not in its way.
func TestAMemberBringsSoManyFilesAnHour(t *testing.T) {
	app := testapp.New(t)
	photos(t, app)
	rani, budi, boss := app.Member("Rani"), app.Member("Budi"), app.Manager()
	url := serve(app)
	mine := url + "/api/coop/me/photo"
	for i := range 19 {
		if status, body, _ := sendPhoto(t, app, rani, "POST", mine, ulid.New(), []byte("bukan foto")); status != 400 {
			t.Fatalf("%d: %d %s", i, status, body)
		}
	}
	if a := call(t, app, rani, "POST", url+"/api/coop/me/mandate", map[string]any{"id": ulid.New(), "max_rupiah": -1}); a.status == 429 {
		t.Errorf("a signature is the twentieth: %d %v", a.status, a.body)
	}
	before := count(t, app, "SELECT count(*) FROM acts")
	for _, path := range []string{"/api/coop/me/photo", "/api/coop/me/mandate", "/api/coop/me/joining"} {
		status, body, head := sendPhoto(t, app, rani, "POST", url+path, ulid.New(), asJPEG(t, quarters(360, 480)))
		if status != 429 || !bytes.Contains(body, []byte("input.too_many_files")) || head.Get("Retry-After") != "3600" {
			t.Errorf("%s, the twenty-first: %d %s, again after %s s", path, status, body, head.Get("Retry-After"))
		}
	}
	if count(t, app, "SELECT count(*) FROM acts") != before {
		t.Error("something was taken")
	}
	for who, at := range map[*core.Record]string{budi: mine, boss: url + "/api/coop/members/" + rani.GetString("number") + "/photo"} {
		if status, body, _ := sendPhoto(t, app, who, "POST", at, ulid.New(), asJPEG(t, quarters(360, 480))); status != 201 {
			t.Errorf("%s: %d %s", who.GetString("name"), status, body)
		}
	}
	app.Travel(app.Now().Add(time.Hour))
	if status, body, _ := sendPhoto(t, app, rani, "POST", mine, ulid.New(), asJPEG(t, quarters(360, 480))); status != 201 {
		t.Errorf("an hour later: %d %s", status, body)
	}
}

// Whoever is erased leaves no photo behind, neither in the books nor on the disk.
func TestErasingTakesThePhoto(t *testing.T) {
	app := testapp.New(t)
	photos(t, app)
	rani := app.Member("Rani")
	number := int64(rani.GetInt("number"))
	must[member.PhotoKept](t)(member.KeepPhoto(context.Background(), app, ulid.New(), testapp.By(rani), number, asJPEG(t, quarters(600, 800))))
	r := onlyRecord(t, app, "member_photos")
	files, err := app.NewFilesystem()
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	path := r.BaseFilesPath() + "/" + r.GetString("file")
	if there, err := files.Exists(path); err != nil || !there {
		t.Fatal(path, err)
	}
	must[member.Settlement](t)(member.LeaveCoop(context.Background(), app, ulid.New(), manager, number, member.Leave{Reason: "moved"}))
	app.Travel(app.Now().AddDate(6, 0, 0))
	if n, err := member.EraseDue(context.Background(), app); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if there, err := files.Exists(path); err != nil || there || count(t, app, "SELECT count(*) FROM member_photos") != 0 {
		t.Errorf("%s is still there: %v %v", path, there, err)
	}
	app.Verify()
}

// onlyRecord is the only record of a collection.
func onlyRecord(t *testing.T, app *testapp.App, collection string) *core.Record {
	t.Helper()
	all, err := app.FindAllRecords(collection)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d records of %s: %v", len(all), collection, err)
	}
	return all[0]
}
