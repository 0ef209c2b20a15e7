package openapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/money"
	"kpdk/hooks/internal/testapp"
	"kpdk/hooks/internal/web"
	"kpdk/hooks/openapi"
)

type operation struct {
	Summary     string             `json:"summary"`
	Roles       []string           `json:"x-roles"`
	Parameters  []map[string]any   `json:"parameters"`
	RequestBody map[string]any     `json:"requestBody"`
	Responses   map[string]any     `json:"responses"`
	Security    []map[string][]any `json:"security"`
}

type document struct {
	OpenAPI    string                          `json:"openapi"`
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]any `json:"schemas"`
	} `json:"components"`
}

func read(t *testing.T, url string, into any) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 {
		t.Fatalf("%s: %s", url, res.Status)
	}
	if err := json.NewDecoder(res.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

func TestTheDocumentHasEveryRouteThatIsBoundAndNoOther(t *testing.T) {
	app := testapp.New(t)
	var d document
	read(t, app.Serve().URL+"/api/coop/openapi.json", &d)
	if d.OpenAPI != "3.1.0" {
		t.Errorf("version %q", d.OpenAPI)
	}
	var told, bound []string
	for path, item := range d.Paths {
		for method, o := range item {
			told = append(told, strings.ToUpper(method)+" "+path)
			if o.Summary == "" || len(o.Roles) == 0 || o.Responses["200"] == nil {
				t.Errorf("%s %s says too little: %+v", method, path, o)
			}
			if (o.Security == nil) != slices.Equal(o.Roles, []string{"anyone"}) {
				t.Errorf("%s %s: roles %v, security %v", method, path, o.Roles, o.Security)
			}
			if n := strings.Count(path, "{"); n != len(o.Parameters) {
				t.Errorf("%s %s has %d variables and %d parameters", method, path, n, len(o.Parameters))
			}
		}
	}
	for _, r := range web.Routes(app) {
		bound = append(bound, r.Method+" "+r.Path)
	}
	slices.Sort(told)
	slices.Sort(bound)
	if !slices.Equal(told, bound) {
		t.Errorf("told %q\nbound %q", told, bound)
	}
	if len(slices.Compact(bound)) != len(web.Routes(app)) {
		t.Error("a route is bound twice")
	}
}

func TestEveryReferenceLeadsSomewhere(t *testing.T) {
	app := testapp.New(t)
	var d document
	var whole any
	url := app.Serve().URL + "/api/coop/openapi.json"
	read(t, url, &d)
	read(t, url, &whole)
	raw, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`"\$ref":"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(string(raw), -1)
	if len(found) == 0 {
		t.Fatal("no references")
	}
	for _, m := range found {
		if d.Components.Schemas[m[1]] == nil {
			t.Errorf("%s leads nowhere", m[1])
		}
	}
}

type line struct {
	Barcode  string        `json:"barcode"`
	Quantity string        `json:"quantity"`
	Price    *money.Rupiah `json:"price_rupiah,omitempty"`
}

type sold struct {
	When time.Time `json:"when"`
	head
	Lines  []line            `json:"lines"`
	Hash   []byte            `json:"hash"`
	Flags  map[string]string `json:"flags,omitempty"`
	Inner  *sold             `json:"inner"`
	secret int
}

type head struct {
	Total money.Rupiah `json:"total_rupiah"`
}

func TestSchemasAreWhatTheJSONIs(t *testing.T) {
	_ = sold{}.secret
	route := web.Post("/api/coop/test/{number}", []act.Role{act.Cashier}, "Test", func(*web.Call, string, line) (sold, bool, error) { return sold{}, false, nil })
	raw, err := json.Marshal(openapi.Document([]web.Route{route}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"openapi_test.sold":{"properties":{"flags":{"additionalProperties":{"type":"string"},"type":"object"},"hash":{"contentEncoding":"base64","type":"string"},` +
			`"inner":{"anyOf":[{"$ref":"#/components/schemas/openapi_test.sold"},{"type":"null"}]},"lines":{"items":{"$ref":"#/components/schemas/openapi_test.line"},"type":"array"},` +
			`"total_rupiah":{"format":"int64","type":"integer"},"when":{"format":"date-time","type":"string"}},"required":["when","total_rupiah","lines","hash"],"type":"object"}`,
		`"openapi_test.line.in":{"properties":{"barcode":{"type":"string"}`,
		`"x-roles":["cashier"]`, `"required":["id"]`, `"201"`, `"409"`, `"name":"number"`,
	} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("no %s in\n%s", want, raw)
		}
	}
}

func TestInfoTellsWhatADoorAsksFirst(t *testing.T) {
	app := testapp.New(t)
	var i openapi.Info
	read(t, app.Serve().URL+"/api/coop/info", &i)
	ring, err := keys.Of(app)
	if err != nil {
		t.Fatal(err)
	}
	if i.Name == "" || i.ShortName == "" || i.Version == "" || i.TimeZone != "Asia/Jakarta" || i.BusinessDate != "2026-11-03" || i.Language != "id" {
		t.Errorf("%+v", i)
	}
	if len(i.CardKeys) != 1 || i.CardKeys[0].ID != ring.ID || fmt.Sprintf("%x", i.CardKeys[0].Public) != fmt.Sprintf("%x", []byte(ring.Public)) {
		t.Errorf("keys %+v", i.CardKeys)
	}
	if i.Payroll == nil || len(i.Payroll.Period) != 7 || len(i.Payroll.PayDate) != 10 || i.Payroll.CutoffDate > i.Payroll.PayDate {
		t.Errorf("calendar %+v", i.Payroll)
	}
}
