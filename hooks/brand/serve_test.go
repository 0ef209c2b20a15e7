package brand_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"kpdk/hooks/brand"
	"kpdk/hooks/internal/testapp"
)

type door struct {
	t          *testing.T
	url, token string
}

func (d door) get(path string, header ...string) (*http.Response, string) {
	d.t.Helper()
	r, err := http.NewRequest(http.MethodGet, d.url+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return d.do(r)
}

func (d door) do(r *http.Request) (*http.Response, string) {
	d.t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer, string(body)
}

// change is a manager's save in the dashboard: a form with the colour and a logo.
func (d door) change(id string, fields map[string]string, logo string) (status int, codes map[string]struct{ Code, Message string }) {
	d.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			d.t.Fatal(err)
		}
	}
	if logo != "" {
		part, err := w.CreateFormFile("logo", "logo.svg")
		if err != nil {
			d.t.Fatal(err)
		}
		io.WriteString(part, logo)
	}
	w.Close()
	r, err := http.NewRequest(http.MethodPatch, d.url+"/api/collections/coop/records/"+id, &form)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Authorization", d.token)
	r.Header.Set("Accept-Language", "en")
	answer, body := d.do(r)
	var refusal struct {
		Data map[string]struct{ Code, Message string }
	}
	if answer.StatusCode >= 400 {
		if err := json.Unmarshal([]byte(body), &refusal); err != nil {
			d.t.Fatal(body, err)
		}
	}
	return answer.StatusCode, refusal.Data
}

// sea becomes a little deeper, so that its text is also read while the pointer is on it.
var sea, _ = brand.Parse("#0B6E99")

var corrected = "--brand:" + brand.Derive(sea).Light.Brand.String()

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4z"/></svg>`

// The public page keeps an edition for seconds; a colour must not wait for it, and its policy names the style it has.
func TestAManagerChangesTheLookAndEveryDoorHasItAtOnce(t *testing.T) {
	app := testapp.New(t)
	d := door{t, app.Serve().URL, app.Token(app.Manager())}
	coop, err := app.FindFirstRecordByFilter("coop", "")
	if err != nil {
		t.Fatal(err)
	}
	before, style := d.get("/brand.css")
	if style != "" || before.Header.Get("Cache-Control") != "no-cache" || !strings.HasPrefix(before.Header.Get("Content-Type"), "text/css") {
		t.Errorf("the usual look: %q %v", style, before.Header)
	}
	d.get("/") // an edition is kept now
	if status, codes := d.change(coop.Id, map[string]string{"brand": sea.String()}, drawing); status != http.StatusOK {
		t.Fatal(status, codes)
	}
	after, style := d.get("/brand.css", "If-None-Match", before.Header.Get("ETag"))
	if after.StatusCode != http.StatusOK || !strings.Contains(style, corrected) {
		t.Errorf("%d %q", after.StatusCode, style)
	}
	if again, _ := d.get("/brand.css", "If-None-Match", after.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("the same look again: %d", again.StatusCode)
	}
	public, page := d.get("/")
	if !strings.Contains(page, corrected) || !strings.Contains(page, `<img src="/api/files/coop/`) || !strings.Contains(public.Header.Get("Content-Security-Policy"), "style-src 'sha256-") {
		t.Error("the public page does not follow at once")
	}
	_, body := d.get("/api/coop/info")
	var info struct{ Logo string }
	if err := json.Unmarshal([]byte(body), &info); err != nil {
		t.Fatal(err)
	}
	logo, got := d.get(info.Logo)
	if logo.StatusCode != http.StatusOK || got != drawing || !strings.Contains(logo.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the logo: %d %q %q", logo.StatusCode, got, logo.Header.Get("Content-Security-Policy"))
	}
	if _, tried := d.get("/brand.css?warna=F2A07C"); !strings.Contains(tried, "--brand:#F2A07C") {
		t.Errorf("trying another: %q", tried)
	}
	if _, tried := d.get("/brand.css?warna=%7B%7D"); tried != "" {
		t.Errorf("trying what is no colour: %q", tried)
	}
}

func TestALookThatIsNoneIsRefusedWithItsRemedy(t *testing.T) {
	app := testapp.New(t)
	d := door{t, app.Serve().URL, app.Token(app.Manager())}
	coop, err := app.FindFirstRecordByFilter("coop", "")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ brand, logo, field, code, remedy string }{
		{"kunyit", "", "brand", "brand.colour", "#F4B024"},
		{"#F4B024", strings.Replace(drawing, "<path", "<script>1</script><path", 1), "logo", "brand.logo_unsafe", "plain SVG"},
		{"", "not a picture", "logo", "brand.logo_kind", "PNG or SVG"},
	} {
		status, codes := d.change(coop.Id, map[string]string{"brand": c.brand}, c.logo)
		if got := codes[c.field]; status != http.StatusBadRequest || got.Code != c.code || !strings.Contains(got.Message, c.remedy) {
			t.Errorf("%+v: %d %v", c, status, codes)
		}
	}
	if _, style := d.get("/brand.css"); style != "" {
		t.Errorf("something was saved: %q", style)
	}
}
