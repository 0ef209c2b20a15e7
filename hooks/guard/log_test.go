package guard_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/logger"

	"kpdk/hooks/internal/act"
)

// Whoever searches leaves no name, number or phone in the log, whether the request fails or not.
func TestTheLogKnowsNobody(t *testing.T) {
	s := serve(t)
	s.app.Settings().Logs.MaxDays, s.app.Settings().Logs.MinLevel = 1, 0 // a manager who looks for a fault
	boss, clerk := s.app.Manager(), s.app.Operator(act.Treasurer)
	secrets := []string{"Prameswari", "198609262015051001", "081234567890", "rani@contoh.id"}
	records := "/api/collections/members/records?perPage=5&filter="
	asked := 0
	for _, secret := range secrets {
		for who, paths := range map[*core.Record][]string{
			boss: {records + url.QueryEscape(`name~"`+secret+`"`), records + url.QueryEscape(`name~"`+secret), records + url.QueryEscape(secret+"="), records + "%zz&sort=" + secret,
				"/api/collections/tidakada/records?filter=" + url.QueryEscape(secret), "/api/coop/members/cards?limit=x&search=" + url.QueryEscape(secret), "/api/collections/employees/records/none?expand=" + secret},
			clerk: {"/api/coop/members?search=" + url.QueryEscape(secret), "/api/coop/members?limit=x&search=" + url.QueryEscape(secret), records + url.QueryEscape(`phone="`+secret+`"`)},
			nil:   {"/api/coop/members?search=" + url.QueryEscape(secret), "/tidak/ada?q=" + url.QueryEscape(secret)},
		} {
			for _, path := range paths {
				s.ask(t, "GET", path, who, nil)
				asked++
			}
		}
	}
	if handler, ok := s.app.Logger().Handler().(*logger.BatchHandler); !ok || handler.WriteAll(context.Background()) != nil {
		t.Fatal("the log could not be written")
	}
	logs := []*core.Log{}
	if err := s.app.LogQuery().All(&logs); err != nil || len(logs) < asked/3 {
		t.Fatalf("%d lines of %d requests: %v", len(logs), asked, err)
	}
	filtered := false
	for _, l := range logs {
		raw, err := l.Data.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		text := l.Message + " " + string(raw)
		for _, secret := range secrets {
			if strings.Contains(text, secret) || strings.Contains(text, url.QueryEscape(secret)) || strings.Contains(text, strings.SplitN(secret, "@", 2)[0]) {
				t.Errorf("the log says %s", text)
			}
		}
		filtered = filtered || strings.Contains(text, "/api/collections/members/records?filter")
	}
	if !filtered {
		t.Error("the log no longer says what was asked")
	}
}
