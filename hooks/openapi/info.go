package openapi

import (
	"runtime/debug"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/clock"
	"kpdk/hooks/internal/keys"
	"kpdk/hooks/internal/web"
)

// Info is what every door asks first.
type Info struct {
	Name         string     `json:"name"`
	ShortName    string     `json:"short_name"`
	Logo         string     `json:"logo"` // the picture's address, or empty: the woven mark then
	Version      string     `json:"version"`
	TimeZone     string     `json:"timezone"`
	BusinessDate clock.Date `json:"business_date"`
	Language     string     `json:"language"`
	Payroll      *Calendar  `json:"payroll"`
	CardKeys     []CardKey  `json:"card_keys"`
}

// CardKey checks cards without asking the server.
type CardKey struct {
	ID     string `json:"id"`
	Public []byte `json:"public"`
}

func info(c *web.Call, calendar CalendarOf) (Info, error) {
	ring, err := keys.Of(c.App)
	if err != nil {
		return Info{}, err
	}
	now := clock.Of(c.App)
	i := Info{Version: Version(), TimeZone: now.Zone().String(), BusinessDate: now.Today(), Language: "id", CardKeys: []CardKey{{ring.ID, ring.Public}}}
	if err := act.Read(c.App).Row("SELECT name, short_name, iif(logo = '', '', '/api/files/coop/' || id || '/' || logo) FROM coop LIMIT 1").
		Scan(&i.Name, &i.ShortName, &i.Logo); err != nil {
		return i, err
	}
	if calendar != nil {
		p, err := calendar(c.App, i.BusinessDate)
		if err != nil {
			return i, err
		}
		i.Payroll = &p
	}
	return i, nil
}

// Version is what the build knows of itself: a tag, or the commit's date and hash.
func Version() string {
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "(devel)"
}
