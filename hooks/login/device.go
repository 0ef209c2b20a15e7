package login

import "strings"

// What people call a browser and a system, by the first sign of it in what the browser says of itself.
// Order matters: nearly all say that they are also Chrome, Safari and Mozilla.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"CriOS", "Chrome"}, {"Chrom", "Chrome"}, {"Safari", "Safari"}}
	systems = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Mac OS X", "macOS"}, {"Linux", "Linux"}}
)

// deviceOf names a device in plain words; what it doesn't know stays empty. Nothing else of the text is kept.
func deviceOf(userAgent string) (browser, system string) {
	name := func(known [][2]string) string {
		for _, k := range known {
			if strings.Contains(userAgent, k[0]) {
				return k[1]
			}
		}
		return ""
	}
	return name(browsers), name(systems)
}
