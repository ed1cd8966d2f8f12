"""What may be dialled, and which way it goes. What no line allows is refused.

A pattern is a regular expression for the whole number. A line admits ordinary numbers only, unless it names another
`tariff`: international, premium and satellite numbers are refused however wide the pattern. Emergency numbers pass.
"""

from fsapp.domain.dialplan import numbers, phones

local = numbers("[2-8][0-9]{6,7}", gateway="pstn")
long_distance = numbers("0[1-9][0-9]{8,11}", gateway="pstn")
mobiles = numbers("0?1[3-9][0-9]{9}", gateway="pstn")
hotlines = numbers("(95|96)[0-9]{3,6}|12[0-9]{3}|400[0-9]{7}|800[0-9]{7}", gateway="pstn")
traffic_police = numbers("122", gateway="pstn")

agents = phones("10[0-9]{2}", profile="phones", domain="fsapp.local")
